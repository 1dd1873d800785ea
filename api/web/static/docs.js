// Shows the OpenAPI document with the vendored Swagger UI; nothing is asked of any other host.
const place = document.getElementById("docs");
window.SwaggerUIBundle({
  url: place.dataset.url,
  domNode: place,
  deepLinking: false,
  validatorUrl: null,
  persistAuthorization: false,
});
