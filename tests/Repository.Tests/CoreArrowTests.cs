using System.Text.RegularExpressions;
using NetArchTest.Rules;

namespace Repository.Tests;

/// <summary>The arrow inside MetricsAlerts.Core: a folder uses only what is below it, and stages never each other.</summary>
public sealed partial class CoreArrowTests
{
    private const string Root = "MetricsAlerts";

    private static readonly string[] Lowest = ["Formats", "Storage", "Messaging", "Telemetry"];

    private static readonly string[] BelowStages = [.. Lowest, "Metrics", "Rules", "Alerts", "Routing", "Ticks"];

    /// <summary>For each folder, the folders that it may use.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Formats"] = [],
        ["Storage"] = ["Formats"],
        ["Messaging"] = ["Formats"],
        ["Telemetry"] = ["Formats", "Storage", "Messaging"],
        ["Metrics"] = Lowest,
        ["Rules"] = [.. Lowest, "Metrics"],
        ["Ticks"] = [.. Lowest, "Metrics"],
        ["Alerts"] = [.. Lowest, "Metrics", "Rules"],
        ["Routing"] = [.. Lowest, "Metrics", "Rules", "Alerts"],
        ["Scheduling"] = BelowStages,
        ["Collecting"] = BelowStages,
        ["Evaluating"] = BelowStages,
        ["Notifying"] = BelowStages,
        ["Backtesting"] = [.. BelowStages, "Evaluating", "Notifying"],
        ["Viewing"] = [.. BelowStages, "Evaluating", "Notifying"],
        ["Operations"] = [.. BelowStages, "Scheduling", "Collecting", "Evaluating", "Notifying"],
    };

    /// <summary>What is against the arrow for now: file, the folder that it uses, and why.</summary>
    private static readonly (string File, string Uses, string Why)[] Exceptions =
    [
        ("Metrics/Sources/IDeploymentMetrics.cs", "Rules", "A source is asked for metrics by Glob, which could as well be a format."),
        ("Ticks/DeploymentChoice.cs", "Rules", "Deployments are chosen by Glob, as above."),
    ];

    public static TheoryData<string> Folders => [.. Allowed.Keys];

    private static string Core => Checkout.File("src", "MetricsAlerts.Core");

    [Fact]
    public void Every_folder_of_Core_has_its_place()
    {
        var folders = Directory.GetDirectories(Core).Select(folder => Path.GetFileName(folder)!).Except(["bin", "obj"]);
        Assert.Equal(Allowed.Keys.Order(StringComparer.Ordinal), folders.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_is_below_is_not_above()
    {
        foreach (var (folder, below) in Allowed)
            Assert.All(below, other => Assert.DoesNotContain(folder, Allowed[other]));
    }

    /// <summary>By what files import or name in full.</summary>
    [Theory]
    [MemberData(nameof(Folders))]
    public void A_folder_names_only_what_is_below_it(string folder)
    {
        var found = from file in Directory.GetFiles(Path.Combine(Core, folder), "*.cs", SearchOption.AllDirectories)
                    from match in OtherFolder().Matches(File.ReadAllText(file))
                    let other = match.Groups[1].Value
                    where IsForbidden(folder, other)
                    select (Path.GetRelativePath(Core, file).Replace('\\', '/'), other);

        Assert.Equal(Excepted(folder), found.Distinct().Order());
    }

    /// <summary>By what the compiler made of it: part of a namespace is enough to name a type.</summary>
    [Theory]
    [MemberData(nameof(Folders))]
    public void A_folder_uses_only_what_is_below_it(string folder)
    {
        var assembly = typeof(MetricsAlerts.Metrics.MetricWindow).Assembly;
        var excepted = Exceptions.Where(exception => exception.File.StartsWith($"{folder}/", StringComparison.Ordinal))
            .Select(exception => Path.GetFileNameWithoutExtension(exception.File)).ToHashSet();
        string[] forbidden = [.. Allowed.Keys.Where(other => IsForbidden(folder, other)).Select(other => $"{Root}.{other}")];
        var result = Types.InAssembly(assembly)
            .That().ResideInNamespace($"{Root}.{folder}").ShouldNot().HaveDependencyOnAny(forbidden).GetResult();

        Assert.Empty((result.FailingTypes ?? []).Where(type => !excepted.Contains(OutermostName(type))).Select(type => type.FullName));
    }

    private static bool IsForbidden(string folder, string other) =>
        folder != other && Allowed.ContainsKey(other) && !Allowed[folder].Contains(other);

    private static IEnumerable<(string File, string Uses)> Excepted(string folder) =>
        Exceptions.Where(exception => exception.File.StartsWith($"{folder}/", StringComparison.Ordinal))
            .Select(exception => (exception.File, exception.Uses)).Order();

    /// <summary>The name of the type that the file is named after.</summary>
    private static string OutermostName(Type type)
    {
        while (type.DeclaringType is { } outer)
            type = outer;
        return type.Name;
    }

    [GeneratedRegex(@"\bMetricsAlerts\.([A-Z][A-Za-z]+)")]
    private static partial Regex OtherFolder();
}
