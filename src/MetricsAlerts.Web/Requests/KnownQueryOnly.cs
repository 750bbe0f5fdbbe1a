using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace MetricsAlerts.Web.Requests;

/// <summary>
/// Refuses parameters that an endpoint does not have: whoever mistypes one would get another answer than he asked for, without a word.
/// What an endpoint has is read from its handler.
/// </summary>
internal static class KnownQueryOnly
{
    /// <summary>Makes the filter of an endpoint.</summary>
    public static EndpointFilterDelegate Create(EndpointFilterFactoryContext context, EndpointFilterDelegate next)
    {
        var parameters = context.MethodInfo.GetParameters().SelectMany(ParametersOf).ToList();
        return call => FindMistake(call.HttpContext.Request.Query, parameters) is { } mistake
            ? ValueTask.FromResult<object?>(new ApiProblem(StatusCodes.Status400BadRequest, mistake))
            : next(call);
    }

    private static string? FindMistake(IQueryCollection query, List<(string Name, bool IsList)> parameters)
    {
        foreach (var (name, values) in query)
        {
            if (parameters.FirstOrDefault(parameter => parameter.Name == name) is not { Name: not null } known)
                return $"'{name}' is no parameter here; allowed: " +
                    $"{(parameters.Count == 0 ? "none" : string.Join(", ", parameters.Select(parameter => parameter.Name)))}.";
            if (values.Count > 1 && !known.IsList)
                return $"{name}: found {values.Count} values; expected one.";
        }

        return null;
    }

    private static IEnumerable<(string Name, bool IsList)> ParametersOf(ParameterInfo parameter) =>
        parameter.GetCustomAttribute<AsParametersAttribute>() is not null
            ? parameter.ParameterType.GetProperties().SelectMany(property => Named(property, property.Name, property.PropertyType))
            : Named(parameter, parameter.Name!, parameter.ParameterType);

    private static IEnumerable<(string Name, bool IsList)> Named(ICustomAttributeProvider declared, string name, Type type) =>
        declared.GetCustomAttributes(typeof(FromQueryAttribute), inherit: false) is [FromQueryAttribute query]
            ? [(query.Name ?? name, type.IsArray)]
            : [];
}
