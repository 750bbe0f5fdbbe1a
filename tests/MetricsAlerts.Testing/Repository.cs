namespace MetricsAlerts.Testing;

/// <summary>Places in the checkout that the tests run from.</summary>
public static class Repository
{
    /// <summary>The folder of MetricsAlerts.sln.</summary>
    public static string Root { get; } = Find();

    /// <summary>A file of the checkout.</summary>
    public static string File(params string[] path) => Path.Combine([Root, .. path]);

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !System.IO.File.Exists(Path.Combine(folder.FullName, "MetricsAlerts.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException($"MetricsAlerts.sln is not above {AppContext.BaseDirectory}.");
    }
}
