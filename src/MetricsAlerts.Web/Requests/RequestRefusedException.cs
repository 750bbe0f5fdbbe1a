namespace MetricsAlerts.Web.Requests;

/// <summary>A request that makes no sense; the message says what was found and what is allowed.</summary>
internal sealed class RequestRefusedException(string message) : Exception(message);
