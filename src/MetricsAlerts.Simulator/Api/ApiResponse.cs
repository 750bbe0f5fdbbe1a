using System.Text;
using System.Text.Json.Nodes;
using MetricsAlerts.Simulator.Contract;
using Microsoft.AspNetCore.Http;

namespace MetricsAlerts.Simulator.Api;

/// <summary>A status and a JSON body.</summary>
internal readonly record struct ApiResponse(int Status, byte[] Body)
{
    public static ApiResponse Ok(JsonObject body) => Of(StatusCodes.Status200OK, body);

    public static ApiResponse Ok(byte[] body) => new(StatusCodes.Status200OK, body);

    public static ApiResponse Error(int status, string message) => Of(status, new() { ["message"] = message });

    public static ApiResponse NotFound() => Error(StatusCodes.Status404NotFound, "Not Found");

    /// <summary>Refuses a request, key by key.</summary>
    public static ApiResponse Refused(IReadOnlyList<ContractProblem> problems, StrictSwitches strict)
    {
        var texts = new JsonObject();
        foreach (var problem in problems)
            texts.TryAdd(problem.Where, problem.What);
        var status = strict.Status400 ? StatusCodes.Status400BadRequest : StatusCodes.Status422UnprocessableEntity;
        return Of(
            status,
            strict.MessageObjects ? new() { ["message"] = texts } : new() { ["message"] = "Invalid field data", ["errors"] = texts });
    }

    private static ApiResponse Of(int status, JsonObject body) => new(status, Encoding.UTF8.GetBytes(body.ToJsonString()));
}
