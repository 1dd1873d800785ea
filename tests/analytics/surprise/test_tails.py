"""Tails are those of their distributions, against exact sums and draws."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from analytics.surprise.tails import beta_binomial_tail, poisson_tail, product_tail


@pytest.mark.parametrize(
    ("of", "at_least", "mean"),
    [
        (5, 2, Fraction(1, 3)),
        (20, 19, Fraction(1, 10)),
        (9, 9, Fraction(4, 5)),
    ],
)
def test_without_clusters_it_is_binomial(of: int, at_least: int, mean: Fraction) -> None:
    exact = sum(math.comb(of, k) * mean**k * (1 - mean) ** (of - k) for k in range(at_least, of + 1))
    assert 10 ** beta_binomial_tail(of, at_least, float(mean), 0.0) == pytest.approx(float(exact), rel=1e-9)


@pytest.mark.parametrize(
    ("of", "at_least", "mean", "rho"),
    [
        (6, 4, 0.3, 0.2),
        (12, 12, 0.05, 0.4),
        (30, 3, 0.1, 0.05),
    ],
)
def test_with_clusters_it_is_beta_binomial(of: int, at_least: int, mean: float, rho: float) -> None:
    """The mean of binomial tails over a beta, by exact rising factorials."""
    a, b = (
        Fraction(mean) * (1 - Fraction(rho)) / Fraction(rho),
        (1 - Fraction(mean)) * (1 - Fraction(rho)) / Fraction(rho),
    )

    def rising(x: Fraction, n: int) -> Fraction:
        return math.prod((x + j for j in range(n)), start=Fraction(1))

    exact = sum(
        math.comb(of, k) * rising(a, k) * rising(b, of - k) / rising(a + b, of)
        for k in range(at_least, of + 1)
    )
    assert 10 ** beta_binomial_tail(of, at_least, mean, rho) == pytest.approx(float(exact), rel=1e-9)


def test_clusters_make_a_full_window_less_surprising() -> None:
    tails = [beta_binomial_tail(10, 10, 0.2, rho) for rho in (0.0, 0.05, 0.2, 0.6)]
    assert tails == sorted(tails)


@pytest.mark.parametrize(("mean", "at_least"), [(0.5, 3), (4.0, 2), (30.0, 31), (0.001, 2)])
def test_poisson(mean: float, at_least: int) -> None:
    below = math.fsum(math.exp(-mean + k * math.log(mean) - math.lgamma(k + 1)) for k in range(at_least))
    assert 10 ** poisson_tail(mean, at_least) == pytest.approx(1 - below, rel=1e-6)


def test_a_product_of_uniforms_is_as_small_as_often_as_said() -> None:
    draws = np.random.default_rng(5).random((200_000, 3)).prod(axis=1)
    for log in (-1.0, -2.0, -3.0):
        seen = float(np.mean(draws <= 10**log))
        assert 10 ** product_tail(log, 3) == pytest.approx(seen, rel=0.1)


def test_nothing_surprising_is_certain() -> None:
    assert product_tail(0.0, 4) == beta_binomial_tail(3, 0, 0.5, 0.1) == poisson_tail(2.0, 0) == 0.0
    assert beta_binomial_tail(3, 4, 0.5, 0.1) == poisson_tail(0.0, 1) == -math.inf
