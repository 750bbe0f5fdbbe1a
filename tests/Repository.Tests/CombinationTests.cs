using System.Text.Json;
using System.Text.RegularExpressions;
using MetricsAlerts.Telemetry;

namespace Repository.Tests;

/// <summary>What every combination of the Bicep's parameters would make, as <c>infra/main.test.bicep</c> counts them.</summary>
public sealed partial class CombinationTests(Bicep bicep)
{
    private const int Isolated = 1;
    private const int Zones = 2;
    private const int Mailed = 4;
    private const int SignIn = 8;
    private const int Channels = 16;

    public static TheoryData<int> All => [.. Enumerable.Range(0, 32)];

    [Fact]
    public void The_linter_has_nothing_to_say_of_any_of_them() => Assert.Equal("", bicep.CombinationMessages);

    [Theory]
    [MemberData(nameof(All))]
    public void It_makes_what_its_parameters_say(int bits)
    {
        var (isIsolated, hasZones) = ((bits & Isolated) != 0, (bits & Zones) != 0);
        var resources = Resources(bits);

        Assert.Equal(isIsolated ? 4 : 0, Count(resources, "Microsoft.Network/privateEndpoints"));
        Assert.Equal(isIsolated ? "Premium" : "Standard", Sku(resources, "Microsoft.ServiceBus/namespaces"));
        Assert.All(
            (string[])["Microsoft.Storage/storageAccounts", "Microsoft.ServiceBus/namespaces", "Microsoft.KeyVault/vaults"],
            type => Assert.Equal(
                isIsolated ? "Disabled" : "Enabled", resources.Single(type).GetProperty("publicNetworkAccess").GetString()));
        Assert.Equal(
            isIsolated ? JsonValueKind.String : JsonValueKind.Null,
            resources.Single("Microsoft.Web/sites").GetProperty("virtualNetworkSubnetId").ValueKind);
        Assert.Equal(hasZones ? "Standard_ZRS" : "Standard_LRS", Sku(resources, "Microsoft.Storage/storageAccounts"));
        Assert.Equal(hasZones, resources.Single("Microsoft.Web/serverfarms").GetProperty("zoneRedundant").GetBoolean());
        Assert.Equal((bits & Mailed) != 0 ? 4 : 0, Count(resources, "Microsoft.Insights/metricAlerts"));
        Assert.Equal((bits & Mailed) != 0 ? 1 : 0, Count(resources, "Microsoft.Insights/scheduledQueryRules"));
        Assert.Equal((bits & Channels) != 0, AppSettings(resources).TryGetProperty("Secrets__credit_team_webhook", out _));
    }

    /// <summary>Only App Service authentication takes away a header in which somebody claims a role.</summary>
    [Theory]
    [MemberData(nameof(All))]
    public void Roles_of_the_header_are_believed_only_behind_the_authentication_that_writes_it(int bits)
    {
        var resources = Resources(bits);
        var isOn = resources.Any(resource =>
            resource.GetProperty("name").GetString()!.EndsWith("/authsettingsV2", StringComparison.Ordinal) &&
            resource.GetProperty("properties").GetProperty("platform").GetProperty("enabled").GetBoolean());

        Assert.Equal((bits & SignIn) != 0, isOn);
        Assert.Equal(isOn, AppSettings(resources).TryGetProperty("Web__EntraRoles", out _));
    }

    /// <summary>What-if compares what is written down; what is asked of a resource it cannot foresee, and shows as a change.</summary>
    [Fact]
    public void A_second_deployment_changes_nothing()
    {
        var template = bicep.Template.GetRawText();
        Assert.DoesNotContain("utcNow(", template, StringComparison.Ordinal);
        Assert.DoesNotContain("newGuid(", template, StringComparison.Ordinal);
        var resources = bicep.Combinations.GetProperty("predictedResources").EnumerateArray().ToList();
        Assert.All(
            resources, resource => Assert.DoesNotContain("reference(", resource.GetProperty("id").GetString(), StringComparison.Ordinal));

        string[] onlyTheResourceKnows =
        [
            "APPLICATIONINSIGHTS_AUTHENTICATION_STRING", "APPLICATIONINSIGHTS_CONNECTION_STRING", "AZURE_CLIENT_ID",
            "AzureWebJobsStorage__clientId", "Notify__PublicAddress", "OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID", "ServiceBus__clientId",
            "ServiceBus__fullyQualifiedNamespace", "principalId",
        ];
        Assert.Equal(
            onlyTheResourceKnows.Order(StringComparer.Ordinal),
            resources.SelectMany(resource => Asked().Matches(resource.GetRawText()))
                .Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_workbook_shows_every_query_and_every_metric_of_the_pipeline()
    {
        using var workbook = JsonDocument.Parse(
            Resources(0).Single("Microsoft.Insights/workbooks").GetProperty("serializedData").GetString()!);
        var shown = workbook.RootElement.GetProperty("items").EnumerateArray()
            .Select(item => item.GetProperty("content").GetProperty("query").GetString()!).ToList();
        var queries = Directory.GetFiles(Checkout.File("infra", "queries"), "*.kql")
            .Where(file => Path.GetFileName(file) != "nothing-collected.kql").Select(File.ReadAllText);

        Assert.Equal(queries.Order(StringComparer.Ordinal), shown.Order(StringComparer.Ordinal));
        var instruments = MetricNames().Matches(
            File.ReadAllText(Checkout.File("src", "MetricsAlerts.Core", "Telemetry", $"{nameof(PipelineMetrics)}.cs")));
        var charted = shown.SelectMany(query => MetricNames().Matches(query)).Select(match => match.Value).Distinct();
        Assert.Equal(instruments.Select(match => match.Value).Order(), charted.Order());
    }

    private List<JsonElement> Resources(int bits)
    {
        var found = bicep.Combinations.GetProperty("predictedResources").EnumerateArray()
            .Where(resource => resource.GetRawText().Contains($"no{bits}x", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(found);
        return found;
    }

    private static int Count(IEnumerable<JsonElement> resources, string type) => resources.Count(resource => resource.Type() == type);

    private static string Sku(IEnumerable<JsonElement> resources, string type) =>
        resources.Single(resource => resource.Type() == type).GetProperty("sku").GetProperty("name").GetString()!;

    private static JsonElement AppSettings(IEnumerable<JsonElement> resources) => resources
        .Single(resource => resource.GetProperty("name").GetString()!.EndsWith("/appsettings", StringComparison.Ordinal))
        .GetProperty("properties");

    [GeneratedRegex("\"([A-Za-z_]+)\": *\"\\[[^\"]*reference\\(")]
    private static partial Regex Asked();

    [GeneratedRegex("metricsalerts\\.[a-z_.]+")]
    private static partial Regex MetricNames();
}
