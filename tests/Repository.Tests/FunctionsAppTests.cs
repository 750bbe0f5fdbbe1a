using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using MetricsAlerts.Messaging;
using MetricsAlerts.Ticks;

namespace Repository.Tests;

/// <summary>
/// What can be said of the Functions app from its source, where a feed lacks a package of its: triggers, settings, host.json, publishing.
/// </summary>
public sealed partial class FunctionsAppTests(Bicep bicep)
{
    private static readonly string[] Schedules = ["CollectionSchedule", "HousekeepingSchedule"];

    private static IEnumerable<string> Triggers =>
        Directory.GetFiles(Checkout.File("src", "MetricsAlerts.Functions", "Triggers"), "*.cs").Select(File.ReadAllText);

    private static JsonElement Host => Json("host.json");

    // functions D1
    [Fact]
    public void The_settings_that_triggers_name_are_flat_and_set_in_Azure_and_in_the_sample()
    {
        var named = Triggers.SelectMany(source => NamedSettings().Matches(source)).Select(match => match.Groups[1].Value).Order().ToList();
        var inAzure = bicep.Template.Module("functionApp").GetProperty("variables").GetProperty("settings").GetRawText();
        var inSample = Json("local.settings.sample.json").GetProperty("Values").EnumerateObject().Select(setting => setting.Name).ToList();

        Assert.Equal(Schedules, named);
        Assert.All(named, setting => Assert.Contains($"\"{setting}\":", inAzure, StringComparison.Ordinal));
        Assert.All(named, setting => Assert.Contains(setting, inSample));
    }

    /// <summary>At <c>/</c> is the dashboard.</summary>
    [Fact]
    public void The_hosts_own_home_page_is_off()
    {
        var inAzure = bicep.Template.Module("functionApp").GetProperty("variables").GetProperty("settings");
        var inSample = Json("local.settings.sample.json").GetProperty("Values");

        Assert.All(
            (JsonElement[])[inAzure, inSample],
            settings => Assert.Equal("true", settings.GetProperty("AzureWebJobsDisableHomepage").GetString()));
        Assert.Contains(Triggers, source => source.Contains("Route = \"{*path}\"", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_queue_has_its_trigger_which_hands_its_messages_to_its_stage()
    {
        var triggers = Triggers.Select(source => QueueTrigger().Match(source)).Where(match => match.Success).ToList();

        Assert.Equal(
            QueueDefinitions.All.Select(queue => queue.Name).Order(), triggers.Select(trigger => trigger.Groups["queue"].Value).Order());
        Assert.All(triggers, trigger => Assert.Equal(trigger.Groups["queue"].Value, trigger.Groups["stage"].Value));
        Assert.All(
            triggers,
            trigger => Assert.Equal(trigger.Groups["queue"].Value, Definition(trigger.Groups["definition"].Value).Name));
        Assert.Equal(triggers.Count, Triggers.Count(source => source.Contains("ServiceBusTrigger", StringComparison.Ordinal)));
    }

    // functions D3
    [Fact]
    public void The_host_keeps_a_lock_for_as_long_as_a_function_may_take_and_wait()
    {
        var bus = Host.GetProperty("extensions").GetProperty("serviceBus");
        var mayTake = Span(Host.GetProperty("functionTimeout"));
        var longestWait = Redelivery.BackOff(int.MaxValue);

        Assert.Equal(mayTake, Span(bus.GetProperty("maxAutoLockRenewalDuration")));
        Assert.True(new CollectionOptions().TimeLimit + longestWait < mayTake);
        Assert.False(bus.GetProperty("autoCompleteMessages").GetBoolean());
        Assert.Equal(0, bus.GetProperty("prefetchCount").GetInt32());
        Assert.InRange(bus.GetProperty("maxConcurrentSessions").GetInt32(), 1, 64);
    }

    // functions D4
    [Fact]
    public void Neither_the_host_nor_the_worker_logs_more_than_warnings_of_what_is_not_ours()
    {
        Assert.Equal("OpenTelemetry", Host.GetProperty("telemetryMode").GetString());
        Assert.All(
            Host.GetProperty("logging").GetProperty("logLevel").EnumerateObject(),
            level => Assert.Equal("Warning", level.Value.GetString()));
        string[][] heads =
        [
            ["src", "MetricsAlerts.Functions", "Program.cs"], ["src", "MetricsAlerts.Cli", "Commands", "ServeCommand.cs"],
        ];
        Assert.All(
            heads, head => Assert.Contains("in LogVolume.OfLibraries", File.ReadAllText(Checkout.File(head)), StringComparison.Ordinal));
    }

    [Fact]
    public void Its_tests_are_built_where_it_is()
    {
        var solution = File.ReadAllLines(Checkout.File("MetricsAlerts.sln"));
        var id = solution.Single(line => line.Contains("\"MetricsAlerts.Functions.Tests\"", StringComparison.Ordinal)).Split('"')[^2];

        Assert.Equal(
            [$"{id}.Azure|Any CPU.Build.0 = Release|Any CPU"],
            solution.Select(line => line.Trim()).Where(
                line => line.StartsWith(id, StringComparison.Ordinal) && line.Contains(".Build.0", StringComparison.Ordinal)));
    }

    // functions D4b
    [Fact]
    public void It_is_published_for_one_platform()
    {
        var properties = XDocument.Load(Checkout.File("src", "MetricsAlerts.Functions", "MetricsAlerts.Functions.csproj"))
            .Descendants("PropertyGroup").Single(group => group.Attribute("Condition")?.Value == "'$(_IsPublishing)' == 'true'");

        Assert.Equal("linux-x64", properties.Element("RuntimeIdentifier")!.Value);
        Assert.Equal("false", properties.Element("SelfContained")!.Value);
    }

    private static QueueDefinition Definition(string property) =>
        (QueueDefinition)typeof(QueueDefinitions).GetProperty(property)!.GetValue(null)!;

    private static TimeSpan Span(JsonElement element) =>
        TimeSpan.Parse(element.GetString()!, System.Globalization.CultureInfo.InvariantCulture);

    private static JsonElement Json(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Checkout.File(file)));
        return document.RootElement.Clone();
    }

    [GeneratedRegex("%([^%\"]+)%")]
    private static partial Regex NamedSettings();

    [GeneratedRegex(
        "FromKeyedServices\\(\"(?<stage>[^\"]+)\"\\)(?s:.*)ServiceBusTrigger\\(\\s*\"(?<queue>[^\"]+)\", " +
            "Connection = ServiceBusConnection.Name, IsSessionsEnabled = true, AutoCompleteMessages = false\\)(?s:.*)" +
            "DeliverAsync\\(QueueDefinitions.(?<definition>\\w+),")]
    private static partial Regex QueueTrigger();
}
