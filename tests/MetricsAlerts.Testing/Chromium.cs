namespace MetricsAlerts.Testing;

/// <summary>A page in a real browser: Debian's Chromium, headless.</summary>
public static class Chromium
{
    private static readonly string[] Programs = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private static readonly string[] Quiet =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--hide-scrollbars",
        "--virtual-time-budget=5000", "--allow-file-access-from-files",
    ];

    /// <summary>Why there is no browser; null when there is one.</summary>
    public static string? Missing =>
        Program is not null ? null : "No Chromium is installed; .ci/run installs it where it can.";

    /// <summary>The browser's program.</summary>
    public static string? Program => Array.Find(Programs, File.Exists);

    /// <summary>The page's document as the browser has it after its scripts.</summary>
    public static async Task<string> DumpAsync(Uri page, CancellationToken cancellationToken) =>
        await RunAsync(page, ["--dump-dom"], cancellationToken);

    /// <summary>
    /// Takes a picture of the page, kept as <c>artifacts/screenshots/NAME.png</c>. Answers its size in bytes: an empty page has
    /// some hundred.
    /// </summary>
    public static async Task<long> PhotographAsync(Uri page, string name, int width, int height, CancellationToken cancellationToken)
    {
        var picture = Path.Combine(Directory.CreateDirectory(Repository.File("artifacts", "screenshots")).FullName, $"{name}.png");
        await RunAsync(page, [$"--screenshot={picture}", $"--window-size={width},{height}"], cancellationToken);
        return new FileInfo(picture).Length;
    }

    private static async Task<string> RunAsync(Uri page, string[] what, CancellationToken cancellationToken)
    {
        using var folder = new TemporaryFolder();
        using var chromium = NodePackages.Start(
            Program!,
            [.. Quiet, .. what, $"--user-data-dir={folder.File("profile")}", page.AbsoluteUri],
            folder.Path);
        _ = chromium.StandardError.ReadToEndAsync(cancellationToken);
        var output = await chromium.StandardOutput.ReadToEndAsync(cancellationToken);
        await chromium.WaitForExitAsync(cancellationToken);
        return output;
    }
}
