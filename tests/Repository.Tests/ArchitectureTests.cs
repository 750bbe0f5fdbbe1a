using System.Xml.Linq;
using MetricsAlerts.Testing;
using NetArchTest.Rules;

namespace Repository.Tests;

public sealed class ArchitectureTests
{
    private static readonly string[] Outside =
    [
        "Azure", "Microsoft.Data.Sqlite", "SQLitePCL", "System.Net.Http", "Microsoft.AspNetCore", "Polly",
        "MetricsAlerts.DataRobot", "MetricsAlerts.Channels", "MetricsAlerts.AzureTables", "MetricsAlerts.ServiceBus",
        "MetricsAlerts.Sqlite", "MetricsAlerts.Web", "MetricsAlerts.Simulator", "MetricsAlerts.Cli",
    ];

    [Fact]
    public void Core_knows_no_HTTP_no_Azure_no_SQL_and_nothing_of_ours()
    {
        var result = Types.InAssembly(typeof(MetricsAlerts.Metrics.MetricWindow).Assembly)
            .ShouldNot().HaveDependencyOnAny(Outside).GetResult();
        Assert.True(result.IsSuccessful, string.Join(", ", result.FailingTypeNames ?? []));
    }

    [Theory]
    [InlineData("MetricsAlerts.Core")]
    [InlineData("MetricsAlerts.DataRobot", "MetricsAlerts.Core")]
    [InlineData("MetricsAlerts.Channels", "MetricsAlerts.Core")]
    [InlineData("MetricsAlerts.AzureTables", "MetricsAlerts.Core")]
    [InlineData("MetricsAlerts.ServiceBus", "MetricsAlerts.Core")]
    [InlineData("MetricsAlerts.Sqlite", "MetricsAlerts.Core")]
    [InlineData("MetricsAlerts.Web", "MetricsAlerts.Core")]
    [InlineData("MetricsAlerts.Simulator", "MetricsAlerts.Core")]
    public void Dependencies_point_to_Core(string project, params string[] allowed) =>
        Assert.Equal(allowed, References(project, "ProjectReference").Select(Path.GetFileNameWithoutExtension));

    [Fact]
    public void Only_the_Functions_app_references_what_a_partial_feed_lacks()
    {
        var projects = Directory.GetFiles(
            Checkout.File("src"), "*.csproj", SearchOption.AllDirectories).Select(Path.GetFileNameWithoutExtension);
        var referencing = projects.Where(project => References(project!, "PackageReference")
            .Any(package => package.StartsWith("Microsoft.Azure.Functions.Worker", StringComparison.Ordinal)));
        Assert.Equal(["MetricsAlerts.Functions"], referencing);
    }

    [Fact]
    public void The_Functions_app_is_built_in_configuration_Azure_only()
    {
        var solution = File.ReadAllLines(Checkout.File("MetricsAlerts.sln"));
        var id = solution.Single(line => line.Contains("\"MetricsAlerts.Functions\"", StringComparison.Ordinal)).Split('"')[^2];
        Assert.Equal(
            [$"{id}.Azure|Any CPU.Build.0 = Release|Any CPU"],
            solution.Select(line => line.Trim()).Where(
                line => line.StartsWith(id, StringComparison.Ordinal) && line.Contains(".Build.0", StringComparison.Ordinal)));
    }

    private static IEnumerable<string> References(string project, string kind) =>
        XDocument.Load(Checkout.File("src", project, $"{project}.csproj"))
            .Descendants(kind).Select(reference => reference.Attribute("Include")!.Value);
}
