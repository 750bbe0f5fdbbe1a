using System.Net;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace EndToEnd.Tests.Api;

/// <summary>
/// Every endpoint and who may call it. The endpoints are those that are mapped: one that is added, and is not in the table here, fails.
/// </summary>
public sealed class AuthorizationMatrixTests
{
    private const string ApiKey = "0123456789-operator";
    private const string ReadKey = "0123456789-reader";

    private enum Needs
    {
        /// <summary>Anybody may.</summary>
        Nothing,

        /// <summary>Anybody may, but no page of another site.</summary>
        OwnPage,

        /// <summary>Whoever has a link that we signed.</summary>
        Signature,
        Reader,
        Operator,
    }

    private static readonly Dictionary<string, Needs> Table = new()
    {
        ["GET /healthz"] = Needs.Nothing,
        ["GET /readyz"] = Needs.Nothing,
        ["GET /openapi/v1.json"] = Needs.Reader,
        ["GET /api/alerts"] = Needs.Reader,
        ["GET /api/alerts/{id}"] = Needs.Reader,
        ["GET /api/history"] = Needs.Reader,
        ["GET /api/rules"] = Needs.Reader,
        ["GET /api/explain"] = Needs.Reader,
        ["GET /api/collection"] = Needs.Reader,
        ["GET /api/silences"] = Needs.Reader,
        ["POST /api/silences"] = Needs.Operator,
        ["DELETE /api/silences/{id}"] = Needs.Operator,
        ["GET /api/dead-letters"] = Needs.Operator,
        ["POST /api/dead-letters/{queue}/{number:long}/replay"] = Needs.Operator,
        ["DELETE /api/dead-letters/{queue}/{number:long}"] = Needs.Operator,
        ["GET /api/v2/status"] = Needs.Reader,
        ["GET /api/v2/receivers"] = Needs.Reader,
        ["GET /api/v2/alerts"] = Needs.Reader,
        ["GET /api/v2/alerts/groups"] = Needs.Reader,
        ["GET /api/v2/silences"] = Needs.Reader,
        ["POST /api/v2/silences"] = Needs.Operator,
        ["GET /api/v2/silence/{id}"] = Needs.Reader,
        ["DELETE /api/v2/silence/{id}"] = Needs.Operator,
        ["GET /links/chart.png"] = Needs.Signature,
        ["GET /links/alert"] = Needs.Signature,
        ["GET /links/silence"] = Needs.Signature,
        ["POST /links/silence"] = Needs.Signature,
        ["GET /assets/{name}"] = Needs.Nothing,
        ["GET /sign-in"] = Needs.Nothing,
        ["POST /sign-in"] = Needs.OwnPage,
        ["POST /sign-out"] = Needs.OwnPage,
        ["GET /"] = Needs.Reader,
        ["GET /alerts/{deployment}/{id}"] = Needs.Reader,
        ["POST /alerts/{deployment}/{id}/silence"] = Needs.Operator,
        ["GET /deployments"] = Needs.Reader,
        ["GET /deployments/{id}"] = Needs.Reader,
        ["GET /rules"] = Needs.Reader,
        ["GET /rules/{name}"] = Needs.Reader,
        ["GET /history"] = Needs.Reader,
        ["GET /pipeline"] = Needs.Reader,
        ["GET /silences"] = Needs.Reader,
        ["GET /silences/new"] = Needs.Reader,
        ["POST /silences"] = Needs.Operator,
        ["POST /silences/{id}/end"] = Needs.Operator,
        ["GET /channels"] = Needs.Reader,
        ["POST /channels/{name}/test"] = Needs.Operator,
        ["GET /dead-letters"] = Needs.Operator,
        ["POST /dead-letters/{queue}/{number:long}/replay"] = Needs.Operator,
        ["POST /dead-letters/{queue}/{number:long}/drop"] = Needs.Operator,
    };

    private static readonly Caller[] WithoutKeys =
    [
        new("anonymous on this machine", Needs.Operator),
        new("anonymous elsewhere", Needs.Nothing, (ApiHost.RemoteHeader, "192.0.2.7")),
        new("behind a proxy", Needs.Nothing, ("X-Forwarded-For", "192.0.2.7")),
        new("behind a proxy that calls itself so", Needs.Nothing, ("Via", "1.1 proxy")),
        new("a page of another site", Needs.Nothing, ("Origin", "https://evil.example")) { IsOfAnotherSite = true },
        new("a form of another site", Needs.Nothing, ("Sec-Fetch-Site", "cross-site")) { IsOfAnotherSite = true },
        new("a name that was bound to this machine", Needs.Nothing, ("Host", "evil.example")),
        new(
            "somebody who claims a role", Needs.Nothing, (ApiHost.RemoteHeader, "192.0.2.7"),
            ("X-MS-CLIENT-PRINCIPAL", "eyJjbGFpbXMiOlt7InR5cCI6InJvbGVzIiwidmFsIjoib3BlcmF0b3IifV19")),
        new("a key where there is none", Needs.Nothing, (ApiHost.RemoteHeader, "192.0.2.7"), ("X-Api-Key", "")),
    ];

    private static readonly Caller[] WithKeys =
    [
        new("anonymous on this machine", Needs.Nothing),
        new("anonymous elsewhere", Needs.Nothing, (ApiHost.RemoteHeader, "192.0.2.7")),
        new("a wrong key", Needs.Nothing, ("X-Api-Key", "0123456789-operatoR")),
        new("the reader's key", Needs.Reader, (ApiHost.RemoteHeader, "192.0.2.7"), ("X-Api-Key", ReadKey)),
        new("the reader's key as a bearer token", Needs.Reader, ("Authorization", $"Bearer {ReadKey}")),
        new("the operator's key", Needs.Operator, (ApiHost.RemoteHeader, "192.0.2.7"), ("X-Api-Key", ApiKey)),
        new("the operator's key as a bearer token", Needs.Operator, ("Authorization", $"bearer {ApiKey}")),
        new("the operator's key as a password", Needs.Nothing, ("Authorization", $"Basic {ApiKey}")),
        new("the operator's key behind a proxy", Needs.Operator, ("X-Forwarded-For", "192.0.2.7"), ("X-Api-Key", ApiKey)),
        new("the operator's key from our own page", Needs.Operator, ("Origin", "https://alerts.example.com"), ("X-Api-Key", ApiKey)),
        new("the operator's key from a page of another site", Needs.Operator, ("Origin", "https://evil.example"), ("X-Api-Key", ApiKey))
        {
            IsOfAnotherSite = true,
        },
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Where_no_key_is_set_only_this_machine_is_let_in(bool handedOver)
    {
        await using var host = await ApiHost.StartAsync(handedOver);
        await HoldsAsync(host, WithoutKeys);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Where_keys_are_set_they_decide_wherever_the_caller_is(bool handedOver)
    {
        await using var host = await ApiHost.StartAsync(
            handedOver, ("Web:ApiKey", ApiKey), ("Web:ReadKey", ReadKey), ("Notify:PublicAddress", "https://alerts.example.com/"),
            ("Notify:LinkKey", new string('k', 32)));
        await HoldsAsync(host, WithKeys);
    }

    private static async Task HoldsAsync(ApiHost host, IEnumerable<Caller> callers)
    {
        // What is mapped is known when the pipeline is built: at the latest with the first request.
        (await host.SendAsync(HttpMethod.Get, "healthz")).Dispose();
        var mapped = host.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText != "/{**path}").ToList();
        var names = mapped.SelectMany(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(
            method => $"{method} /{endpoint.RoutePattern.RawText!.TrimStart('/')}")).ToList();
        Assert.Equal(Table.Keys.Order(StringComparer.Ordinal), names.Order(StringComparer.Ordinal));

        var wrong = new List<string>();
        foreach (var name in names)
        {
            foreach (var caller in callers)
            {
                var (method, path) = (name.Split(' ')[0], PathOf(name));
                using var response = await host.SendAsync(new(method), path, method == "POST" ? "{}" : null, caller.Headers);
                var expected = Expected(Table[name], method, caller);
                var got = response.StatusCode switch
                {
                    HttpStatusCode.Forbidden => HttpStatusCode.Forbidden,
                    HttpStatusCode.Unauthorized when name != "POST /sign-in" => HttpStatusCode.Unauthorized,

                    // A page asks whoever may not see it to sign in.
                    HttpStatusCode.Redirect when IsToSignIn(response) && name != "POST /sign-out" => HttpStatusCode.Unauthorized,
                    _ => HttpStatusCode.OK,
                };
                if (got != expected)
                    wrong.Add($"{name} by {caller.Name}: expected {expected}, found {(int)response.StatusCode}");
            }
        }

        Assert.Empty(wrong);
    }

    private static HttpStatusCode Expected(Needs needs, string method, Caller caller) => needs switch
    {
        Needs.Nothing => HttpStatusCode.OK,
        Needs.OwnPage => caller.IsOfAnotherSite ? HttpStatusCode.Forbidden : HttpStatusCode.OK,
        Needs.Signature => HttpStatusCode.Forbidden,
        _ when method != "GET" && caller.IsOfAnotherSite => HttpStatusCode.Forbidden,
        _ when caller.May >= needs => HttpStatusCode.OK,
        _ => caller.May == Needs.Nothing ? HttpStatusCode.Unauthorized : HttpStatusCode.Forbidden,
    };

    private static bool IsToSignIn(HttpResponseMessage response) =>
        response.Headers.Location?.OriginalString.StartsWith("/sign-in", StringComparison.Ordinal) == true;

    private static string PathOf(string name) => name.Split(' ')[1]
        .Replace("{name}", "nothing", StringComparison.Ordinal).Replace("{deployment}", "nothing", StringComparison.Ordinal)
        .Replace("{id}", "nothing", StringComparison.Ordinal).Replace("{queue}", "collect", StringComparison.Ordinal)
        .Replace("{number:long}", "1", StringComparison.Ordinal);

    private sealed record Caller(string Name, Needs May, params (string Name, string Value)[] Headers)
    {
        /// <summary>Nothing is changed for a page of another site, whatever key its browser sends.</summary>
        public bool IsOfAnotherSite { get; init; }
    }
}
