using System.Text.Json;
using System.Text.Json.Nodes;
using MetricsAlerts.Testing;
using MetricsAlerts.Web;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace EndToEnd.Tests.Api;

/// <summary>The OpenAPI document: the same in both heads and in the documents, and true.</summary>
public sealed class ApiDocumentTests
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Run with <c>ACCEPT_SNAPSHOTS=1</c>, it writes docs/openapi.json.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_document_is_the_one_in_the_documents(bool handedOver)
    {
        await using var host = await ApiHost.StartAsync(handedOver);
        var text = JsonNode.Parse((await host.GetAsync("openapi/v1.json")).GetRawText())!.ToJsonString(Indented) + "\n";
        var file = Repository.File("docs", "openapi.json");
        if (Environment.GetEnvironmentVariable("ACCEPT_SNAPSHOTS") == "1")
            await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);

        Assert.Equal(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), text);
    }

    [Fact]
    public async Task It_is_OpenAPI_3_1_and_names_every_endpoint_of_the_API_with_its_role()
    {
        await using var host = await ApiHost.StartAsync();
        var document = await host.GetAsync("openapi/v1.json");

        Assert.StartsWith("3.1", document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        var described = from path in document.GetProperty("paths").EnumerateObject()
                        from operation in path.Value.EnumerateObject()
                        select $"{operation.Name.ToUpperInvariant()} {path.Name} {operation.Value.GetProperty("description").GetString()}";
        var mapped = from endpoint in host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
                     let path = "/" + endpoint.RoutePattern.RawText!.TrimStart('/').Replace(":long", "", StringComparison.Ordinal)
                     where path.StartsWith("/api/", StringComparison.Ordinal) &&
                         !path.StartsWith("/api/v2/", StringComparison.Ordinal)
                     from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
                     let role = endpoint.Metadata.GetMetadata<RequiredRole>()!.Role.ToString().ToLowerInvariant()
                     select $"{method} {path} Takes the role {role}.";
        Assert.Equal(mapped.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Everything_that_a_response_has_is_described()
    {
        await using var host = await ApiHost.StartAsync();
        var schemas = (await host.GetAsync("openapi/v1.json")).GetProperty("components").GetProperty("schemas");
        var undescribed = from schema in schemas.EnumerateObject()
                          where schema.Name != "ProblemDetails" && schema.Value.TryGetProperty("properties", out _)
                          from property in schema.Value.GetProperty("properties").EnumerateObject()
                          where !property.Value.TryGetProperty("description", out _) && !property.Value.TryGetProperty("oneOf", out _)
                          select $"{schema.Name}.{property.Name}";

        Assert.Empty(undescribed);
    }
}
