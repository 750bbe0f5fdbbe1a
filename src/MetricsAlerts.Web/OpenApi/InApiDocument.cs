namespace MetricsAlerts.Web.OpenApi;

/// <summary>Marks the endpoints that the OpenAPI document describes: a host may have others of its own.</summary>
internal sealed record InApiDocument;
