using System.Reflection;
using System.Text.Json;
using MetricsAlerts.Testing;
using Repository.Tests;

[assembly: AssemblyFixture(typeof(Bicep))]

namespace Repository.Tests;

/// <summary>The Bicep, compiled once for all tests, and what every combination of its parameters would make.</summary>
public sealed class Bicep : IAsyncLifetime
{
    private const string Subscription = "00000000-0000-0000-0000-000000000001";
    private const string Tenant = "00000000-0000-0000-0000-000000000002";

    private readonly TemporaryFolder _folder = new();

    /// <summary>What the compiler and the linter have to say of <c>main.bicep</c>.</summary>
    public string Messages { get; private set; } = "";

    /// <summary>The template that <c>main.bicep</c> compiles to.</summary>
    public JsonElement Template { get; private set; }

    /// <summary>What the compiler and the linter have to say of <c>main.test.bicep</c>.</summary>
    public string CombinationMessages { get; private set; } = "";

    /// <summary>What <c>main.test.bicep</c> would make.</summary>
    public JsonElement Combinations { get; private set; }

    public async ValueTask InitializeAsync()
    {
        (var output, Messages) = await RunAsync("build", Checkout.File("infra", "main.bicep"), "--stdout");
        Template = Parse(output);
        var source = Path.GetRelativePath(_folder.Path, Checkout.File("infra", "main.test.bicep")).Replace('\\', '/');
        await File.WriteAllTextAsync(_folder.File("test.bicepparam"), $"using '{source}'\n");
        (_, CombinationMessages) = await RunAsync(
            "snapshot", _folder.File("test.bicepparam"), "--mode", "overwrite", "--subscription-id", Subscription, "--tenant-id", Tenant,
            "--resource-group", "rg", "--location", "westeurope");
        Combinations = Parse(await File.ReadAllTextAsync(_folder.File("test.snapshot.json")));
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Runs the compiler, which must succeed.</summary>
    public async Task<(string Output, string Messages)> RunAsync(params string[] arguments)
    {
        var package = typeof(Bicep).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(metadata => metadata.Key == "BicepPackage").Value!;
        var name = OperatingSystem.IsWindows() ? "bicep.exe" : "bicep";
        var bicep = _folder.File(name);
        if (!File.Exists(bicep))
        {
            File.Copy(Path.Combine(package, "tools", name), bicep);
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(bicep, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        using var process = NodePackages.Start(bicep, arguments, _folder.Path);
        var messages = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await messages);
        return (output, await messages);
    }

    private static JsonElement Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
