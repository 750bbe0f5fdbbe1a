using System.Reflection;

namespace Repository.Tests;

/// <summary>What keeps the source readable: short lines, short files, few collaborators.</summary>
public sealed class ShapeTests
{
    private const int MostColumns = 140;
    private const int MostLines = 300;
    private const int MostCollaborators = 6;

    private static readonly string[] FoldersOfCollaborators =
        ["Scheduling", "Collecting", "Evaluating", "Notifying", "Routing", "Operations", "Alerts"];

    [Fact]
    public void No_line_is_longer_than_140_columns()
    {
        var tooLong = from file in Sources("src", "tests", "perf")
                      from line in File.ReadLines(file).Select((text, index) => (Text: text, Number: index + 1))
                      where line.Text.Length > MostColumns
                      select $"{Path.GetRelativePath(Checkout.Root, file)}:{line.Number} has {line.Text.Length}";

        Assert.Empty(tooLong);
    }

    [Fact]
    public void No_file_is_longer_than_300_lines() =>
        Assert.Empty(Sources("src", "perf").Where(file => File.ReadLines(file).Count() > MostLines).Select(file => Path.GetRelativePath(Checkout.Root, file)));

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

    private static bool IsIn(Type type, string name) => type.Namespace == name || type.Namespace?.StartsWith($"{name}.", StringComparison.Ordinal) == true;

    private static IEnumerable<string> Sources(params string[] roots) =>
        from root in roots
        from file in Directory.GetFiles(Checkout.File(root), "*.cs", SearchOption.AllDirectories)
        let folders = Path.GetRelativePath(Checkout.Root, file).Split(Path.DirectorySeparatorChar)
        where !folders.Contains("obj") && !folders.Contains("bin")
        select file;
}
