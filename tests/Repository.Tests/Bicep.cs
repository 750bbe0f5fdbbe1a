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
    private JsonElement? _template;
    private JsonElement? _combinations;

    /// <summary>What the compiler and the linter have to say of <c>main.bicep</c>.</summary>
    public string Messages { get; private set; } = "";

    /// <summary>The template that <c>main.bicep</c> compiles to.</summary>
    public JsonElement Template => _template ?? throw new InvalidOperationException(Messages);

    /// <summary>What the compiler and the linter have to say of <c>main.test.bicep</c>.</summary>
    public string CombinationMessages { get; private set; } = "";

    /// <summary>What <c>main.test.bicep</c> would make.</summary>
    public JsonElement Combinations => _combinations ?? throw new InvalidOperationException(CombinationMessages);

    public async ValueTask InitializeAsync()
    {
        (var output, Messages) = await RunAsync("build", Checkout.File("infra", "main.bicep"), "--stdout");
        _template = output.Length > 0 ? Parse(output) : null;
        var source = Path.GetRelativePath(_folder.Path, Checkout.File("infra", "main.test.bicep")).Replace('\\', '/');
        await File.WriteAllTextAsync(_folder.File("test.bicepparam"), $"using '{source}'\n");
        (_, CombinationMessages) = await RunAsync(
            "snapshot", _folder.File("test.bicepparam"), "--mode", "overwrite", "--subscription-id", Subscription, "--tenant-id", Tenant,
            "--resource-group", "rg", "--location", "westeurope");
        var snapshot = _folder.File("test.snapshot.json");
        _combinations = File.Exists(snapshot) ? Parse(await File.ReadAllTextAsync(snapshot)) : null;
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Runs the compiler; without output it has failed, and its messages say why.</summary>
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
        return process.ExitCode == 0 ? (output, await messages) : ("", $"bicep ended with {process.ExitCode}: {await messages}");
    }

    private static JsonElement Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
