using System.Reflection;

namespace Repository.Tests;

/// <summary>What keeps the source readable: short lines, short files, few collaborators.</summary>
public sealed class ShapeTests
{
    private const int MostColumns = 140;
    private const int MostLines = 300;
    private const int MostCollaborators = 6;

    /// <summary>What is still to be wrapped.</summary>
    private static readonly string[] NotYetWrapped =
    [
        "src/MetricsAlerts.AzureTables", "src/MetricsAlerts.Core/Evaluating", "src/MetricsAlerts.Core/Messaging",
        "src/MetricsAlerts.Core/Notifying", "src/MetricsAlerts.Core/Rules", "src/MetricsAlerts.Sqlite",
        "tests/MetricsAlerts.Core.Tests", "tests/Simulation", "tests/Simulation.Tests",
    ];

    private static readonly string[] FoldersOfCollaborators =
        ["Scheduling", "Collecting", "Evaluating", "Notifying", "Routing", "Operations", "Alerts"];

    [Fact]
    public void No_line_is_longer_than_140_columns()
    {
        var tooLong = from file in Sources("src", "tests", "perf")
                      where !NotYetWrapped.Any(folder => file.StartsWith($"{folder}/", StringComparison.Ordinal))
                      from line in File.ReadLines(Checkout.File(file)).Select((text, index) => (Text: text, Number: index + 1))
                      where line.Text.Length > MostColumns
                      select $"{file}:{line.Number} has {line.Text.Length}";

        Assert.Empty(tooLong);
    }

    [Fact]
    public void No_file_is_longer_than_300_lines()
    {
        var tooLong = from file in Sources("src", "perf")
                      let lines = File.ReadLines(Checkout.File(file)).Count()
                      where lines > MostLines
                      select $"{file} has {lines}";

        Assert.Empty(tooLong);
    }

    /// <summary>Records are data, and may have as many parts as they like.</summary>
    [Fact]
    public void Nothing_in_the_pipeline_has_more_than_six_collaborators()
    {
        var namespaces = FoldersOfCollaborators.Select(folder => $"MetricsAlerts.{folder}").ToList();
        var tooMany = from type in typeof(MetricsAlerts.Metrics.MetricWindow).Assembly.GetTypes()
                      where type.IsClass && !IsRecord(type) && namespaces.Exists(name => IsIn(type, name))
                      from constructor in type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
                      where constructor.GetParameters().Length > MostCollaborators
                      select $"{type.FullName} takes {constructor.GetParameters().Length}";

        Assert.Empty(tooMany);
    }

    private static bool IsRecord(Type type) => type.GetMethod("<Clone>$") is not null;

    private static bool IsIn(Type type, string name) =>
        type.Namespace == name || type.Namespace?.StartsWith($"{name}.", StringComparison.Ordinal) == true;

    /// <summary>Source files, from the root of the checkout.</summary>
    private static IEnumerable<string> Sources(params string[] roots) =>
        from root in roots
        from file in Directory.GetFiles(Checkout.File(root), "*.cs", SearchOption.AllDirectories)
        let path = Path.GetRelativePath(Checkout.Root, file).Replace('\\', '/')
        where !path.Split('/').Any(folder => folder is "obj" or "bin")
        select path;
}
