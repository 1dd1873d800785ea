"""Upper and lower tails of the distributions that the models of chance are made of, as log10."""

from __future__ import annotations

import math

import numpy as np

TEN = math.log(10.0)
_NO_CLUSTERS = 1e-9


def product_tail(log_product: float, factors: int) -> float:
    """Return log10 of the chance that a product of uniforms is as small (Fisher's combination).

    Parameters
    ----------
    log_product : float
        log10 of the product, at most 0.
    factors : int
        How many independent uniforms on [0, 1].

    Examples
    --------
    Of two, ``x (1 - ln x)``:

    >>> round(10 ** product_tail(-2.0, 2), 6), product_tail(-2.0, 1)
    (0.056052, -2.0)

    References
    ----------
    R. A. Fisher, Statistical Methods for Research Workers (1932), section 21.1.
    """
    if log_product >= 0 or factors < 1:
        return 0.0
    t = -log_product * TEN
    term, total = 1.0, 1.0
    for j in range(1, factors):
        term *= t / j
        total += term
    return min(0.0, log_product + math.log10(total))


def poisson_tail(mean: float, at_least: int) -> float:
    """Return log10 of the chance of ``at_least`` or more events where ``mean`` are expected.

    Examples
    --------
    >>> round(10 ** poisson_tail(1.0, 2), 6), poisson_tail(3.0, 0)
    (0.264241, 0.0)
    """
    if at_least <= 0:
        return 0.0
    if mean <= 0:
        return -math.inf
    log_term = -mean + at_least * math.log(mean) - math.lgamma(at_least + 1)
    if at_least <= mean:
        below, term = 0.0, math.exp(-mean)
        for j in range(at_least):
            below += term
            term *= mean / (j + 1)
        return math.log10(max(1e-300, 1.0 - below))
    total, term, j = 1.0, 1.0, at_least
    while term > 1e-12 * total:
        j += 1
        term *= mean / j
        total += term
    return min(0.0, (log_term + math.log(total)) / TEN)


def beta_binomial_tail(of: int, at_least: int, mean: float, overdispersion: float) -> float:
    """Return log10 of the chance of ``at_least`` hits or more among ``of``, hits clustering.

    Parameters
    ----------
    mean : float
        Chance of a single hit.
    overdispersion : float
        rho, from 0 (plain binomial) to below 1: how alike the hits of one account are.

    Examples
    --------
    >>> round(10 ** beta_binomial_tail(3, 3, 0.5, 0.0), 6), beta_binomial_tail(4, 0, 0.5, 0.1)
    (0.125, 0.0)
    >>> round(10 ** beta_binomial_tail(1, 1, 0.3, 0.2), 6)
    0.3
    """
    if at_least <= 0 or mean >= 1.0:
        return 0.0
    if mean <= 0.0 or at_least > of:
        return -math.inf
    k = np.arange(at_least, of, dtype=np.float64)
    if overdispersion < _NO_CLUSTERS:
        grows = np.full(len(k), mean / (1 - mean))
    else:
        a, b = (p * (1 - overdispersion) / overdispersion for p in (mean, 1 - mean))
        grows = (k + a) / (of - k - 1 + b)
    steps = np.log((of - k) / (k + 1) * grows)
    terms = np.concatenate([[0.0], np.cumsum(steps)])
    most = float(terms.max())
    first = _log_beta_binomial(of, at_least, mean, overdispersion)
    return min(0.0, (first + most + math.log(float(np.exp(terms - most).sum()))) / TEN)


def _log_beta_binomial(n: int, k: int, mean: float, rho: float) -> float:
    choose = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
    if rho < _NO_CLUSTERS:
        return choose + k * math.log(mean) + (n - k) * math.log1p(-mean)
    a, b = mean * (1 - rho) / rho, (1 - mean) * (1 - rho) / rho
    return choose + _log_beta(k + a, n - k + b) - _log_beta(a, b)


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
