using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using MetricsAlerts.Cli.Embedded;
using MetricsAlerts.Storage;
using MetricsAlerts.Testing;
using MetricsAlerts.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Moq;

namespace EndToEnd.Tests;

/// <summary>Who may read and who may change something, and what anybody may ask, in both heads.</summary>
public sealed class ApiAccessTests : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _http = new();
    private WebApplication? _application;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_application is not null)
            await _application.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized)]
    [InlineData("wrong", HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized)]
    [InlineData("0123456789-read-key", HttpStatusCode.OK, HttpStatusCode.Forbidden)]
    [InlineData("0123456789-api-key", HttpStatusCode.OK, HttpStatusCode.Created)]
    public async Task On_the_open_network_one_key_reads_and_the_other_also_changes(
        string? key, HttpStatusCode read, HttpStatusCode changed)
    {
        await StartAsync(isFunctionsHead: true);
        if (key is not null)
            _http.DefaultRequestHeaders.Add("X-Api-Key", key);

        Assert.Equal((read, changed), (await ReadAsync(), await ChangeAsync()));
    }

    [Theory]
    [InlineData("reader", HttpStatusCode.OK, HttpStatusCode.Forbidden)]
    [InlineData("operator", HttpStatusCode.OK, HttpStatusCode.Created)]
    [InlineData("reader operator", HttpStatusCode.OK, HttpStatusCode.Created)]
    [InlineData("accountant", HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized)]
    [InlineData("", HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized)]
    public async Task Who_has_signed_in_may_do_what_the_role_allows(string roles, HttpStatusCode read, HttpStatusCode changed)
    {
        await StartAsync(isFunctionsHead: true, ("Web:EntraRoles", "true"), ("WEBSITE_AUTH_ENABLED", "True"));
        SignIn(roles.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal((read, changed), (await ReadAsync(), await ChangeAsync()));
    }

    [Fact]
    public async Task Where_the_platform_does_not_say_that_its_sign_in_is_on_nobody_has_signed_in()
    {
        await StartAsync(isFunctionsHead: true, ("Web:EntraRoles", "true"));
        SignIn("operator");

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (await ReadAsync(), await ChangeAsync()));
    }

    [Theory]
    [InlineData("X-Forwarded-For", "192.0.2.2")]
    [InlineData("Forwarded", "for=192.0.2.2")]
    [InlineData("Via", "1.1 proxy")]
    [InlineData("X-Real-IP", "192.0.2.2")]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    public async Task Without_a_key_only_who_asks_from_this_machine_and_for_itself_may_change_something(string header, string value)
    {
        await StartAsync(isFunctionsHead: false, ("Web:ApiKey", ""), ("Web:ReadKey", ""));
        Assert.Equal(HttpStatusCode.Created, await ChangeAsync());
        _http.DefaultRequestHeaders.Add(header, value);
        Assert.NotEqual(HttpStatusCode.Created, await ChangeAsync());
        using var replayed = await _http.PostAsync("/api/dead-letters/notifications/7/replay", null, Cancellation);
        Assert.Contains(replayed.StatusCode, (HttpStatusCode[])[HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden]);
    }

    [Fact]
    public async Task Where_nobody_can_sign_in_the_header_of_somebody_who_claims_to_is_not_believed()
    {
        await StartAsync(isFunctionsHead: true);
        SignIn("operator");

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (await ReadAsync(), await ChangeAsync()));
    }

    [Theory]
    [InlineData("not base64!")]
    [InlineData("bm90IEpTT04=")]
    [InlineData("bnVsbA==")]
    [InlineData("eyJjbGFpbXMiOlt7fV19")]
    public async Task A_header_that_cannot_be_read_is_nobody(string header)
    {
        await StartAsync(isFunctionsHead: true, ("Web:EntraRoles", "true"), ("WEBSITE_AUTH_ENABLED", "True"));
        _http.DefaultRequestHeaders.Add("X-MS-CLIENT-PRINCIPAL", header);

        Assert.Equal(HttpStatusCode.Unauthorized, await ReadAsync());
    }

    private void SignIn(params string[] roles)
    {
        var claims = roles.Select(role => new { typ = "roles", val = role });
        var principal = JsonSerializer.Serialize(new { auth_typ = "aad", name_typ = "name", role_typ = "roles", claims });
        _http.DefaultRequestHeaders.Add("X-MS-CLIENT-PRINCIPAL", Convert.ToBase64String(Encoding.UTF8.GetBytes(principal)));
    }

    private async Task<HttpStatusCode> ReadAsync()
    {
        using var response = await _http.GetAsync(new Uri("api/rules", UriKind.Relative), Cancellation);
        return response.StatusCode;
    }

    private async Task<HttpStatusCode> ChangeAsync()
    {
        using var response = await _http.PostAsJsonAsync(
            new Uri("api/silences", UriKind.Relative), new { match = new { rule = "floor" }, duration = "4h" }, Cancellation);
        return response.StatusCode;
    }

    private Task StartAsync(bool isFunctionsHead, params (string Key, string Value)[] settings) =>
        StartAsync(isFunctionsHead, tables: null, settings);

    private async Task StartAsync(bool isFunctionsHead, ITableStore? tables, params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Sqlite:File"] = _folder.File("access.db"),
            ["DataRobot:Endpoint"] = "https://datarobot.example.com/api/v2",
            ["DataRobot:ApiToken"] = "unused",
            ["Web:ApiKey"] = "0123456789-api-key",
            ["Web:ReadKey"] = "0123456789-read-key",
        });
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddEmbeddedPipeline(builder.Configuration);
        if (tables is not null)
            builder.Services.AddSingleton(tables);
        builder.Services.AddMetricsAlertsWeb();
        _application = builder.Build();
        _application.UseMetricsAlerts();
        if (isFunctionsHead)
            _application.Map(
                "/{**path}", (HttpContext context) => context.RequestServices.GetRequiredService<ApiPipeline>().HandleAsync(context));
        else
            _application.MapMetricsAlerts();
        await _application.StartAsync(Cancellation);
        _http.BaseAddress = new Uri(
            _application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }
}
