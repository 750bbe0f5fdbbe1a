using System.Globalization;
using System.Text.Json.Nodes;
using MetricsAlerts.Web.Requests;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace MetricsAlerts.Web.OpenApi;

/// <summary>The OpenAPI 3.1 document of the API, at <c>/openapi/v1.json</c>.</summary>
internal static class ApiDocument
{
    public const string Name = "v1";

    private const string KeyScheme = "apiKey";
    private const string BearerScheme = "bearer";

    public static IServiceCollection AddApiDocument(this IServiceCollection services) => services.AddOpenApi(Name, options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.ShouldInclude = endpoint => endpoint.ActionDescriptor.EndpointMetadata.OfType<InApiDocument>().Any();
        options.AddDocumentTransformer(DescribeAsync);
        options.AddOperationTransformer(DescribeAsync);
        options.AddSchemaTransformer(DescribeAsync);
    });

    private static Task DescribeAsync(
        OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new()
        {
            Title = "MetricsAlerts",
            Version = Name,
            Description = "Alerts on the metrics of models deployed on DataRobot. Whatever goes wrong is a problem detail (RFC 9457) " +
                "whose `detail` says what was found and what is allowed; a query parameter that does not exist is refused.",
        };

        // The same wherever it is asked for.
        document.Servers = [];
        document.Components ??= new();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [KeyScheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Header,
                Name = ApiAccess.Header,
                Description = "The setting Web:ApiKey (operator) or Web:ReadKey (reader).",
            },
            [BearerScheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "The same key as a bearer token.",
            },
        };
        document.Security =
        [
            new() { [new OpenApiSecuritySchemeReference(KeyScheme, document)] = [] },
            new() { [new OpenApiSecuritySchemeReference(BearerScheme, document)] = [] },
        ];
        return Task.CompletedTask;
    }

    private static Task DescribeAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<RequiredRole>().LastOrDefault() is { } required)
            operation.Description = $"Takes the role {required.Role.ToString().ToLowerInvariant()}.";
        foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>() ?? [])
        {
            if (parameter is { Name: "limit", In: ParameterLocation.Query })
                parameter.Schema = new OpenApiSchema
                {
                    Type = JsonSchemaType.Integer,
                    Minimum = "1",
                    Maximum = Paging.Most.ToString(CultureInfo.InvariantCulture),
                    Default = JsonValue.Create(Paging.Default),
                };
        }

        return Task.CompletedTask;
    }

    /// <summary>What a converter of ours writes is nothing that the generator could know.</summary>
    private static Task DescribeAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = context.JsonTypeInfo.Type;
        var isNullable = Nullable.GetUnderlyingType(type) is not null;
        switch (Nullable.GetUnderlyingType(type) ?? type)
        {
            case var time when time == typeof(DateTimeOffset):
                (schema.Type, schema.Format) = (Text(isNullable), "date-time");
                break;
            case var duration when duration == typeof(TimeSpan):
                (schema.Type, schema.Pattern, schema.Format) = (Text(isNullable), "^([0-9]+[smhdw])+$", null);
                break;
        }

        return Task.CompletedTask;
    }

    private static JsonSchemaType Text(bool isNullable) => isNullable ? JsonSchemaType.String | JsonSchemaType.Null : JsonSchemaType.String;
}
