using MetricsAlerts.Testing;

namespace Repository.Tests;

/// <summary><c>infra/check-package</c>, with folders as <c>dotnet publish</c> could make them.</summary>
// functions D4b
public sealed class PackageCheckTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_package_with_what_the_host_needs_and_nothing_else_passes() =>
        Assert.Equal((0, ""), await CheckAsync());

    [Theory]
    [InlineData("host.json")]
    [InlineData("worker.config.json")]
    [InlineData("functions.metadata")]
    [InlineData("extensions.json")]
    [InlineData(".azurefunctions")]
    [InlineData("MetricsAlerts.Functions.dll")]
    public async Task A_file_that_the_host_needs_must_be_there(string file)
    {
        var (code, problems) = await CheckAsync(without: file);

        Assert.Equal(1, code);
        Assert.Contains($"{file} is missing", problems, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("local.settings.json", "{}", "must not be deployed")]
    [InlineData("settings.json", """{ "Storage": "AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50u" }""", "held a secret")]
    [InlineData("appsettings.json", """{ "Web__ReadKey": "NjE2NTc0NjM2NTc0NjM2NTc0NjM2" }""", "held a secret")]
    [InlineData("chat.json", """{ "url": "https://x.logic.azure.com/w?sp=run&sig=NjE2NTc0NjM2NTc0NjM2NTc0NjM2" }""", "held a secret")]
    [InlineData("other.config", "DataRobot__ApiToken=NjE2NTc0NjM2NTc0NjM2NTc0NjM2", "held a secret")]
    public async Task Nothing_that_is_secret_may_be_there(string file, string content, string problem)
    {
        var (code, problems) = await CheckAsync(with: (file, content));

        Assert.Equal(1, code);
        Assert.Contains(file, problems, StringComparison.Ordinal);
        Assert.Contains(problem, problems, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_package_that_is_too_large_does_not_pass()
    {
        var random = new byte[1_100_000];
        new Random(1).NextBytes(random);

        var (code, problems) = await CheckAsync(with: ("large.so", Convert.ToHexString(random)), mostMegabytes: 1);

        Assert.Equal(1, code);
        Assert.Contains("at most 1 MB are allowed", problems, StringComparison.Ordinal);
    }

    private async Task<(int Code, string Problems)> CheckAsync(
        string? without = null, (string File, string Content)? with = null, int mostMegabytes = 20)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "It is a shell script.");
        string[] files =
            ["host.json", "worker.config.json", "functions.metadata", "extensions.json", ".azurefunctions", "MetricsAlerts.Functions.dll"];
        foreach (var file in files.Where(file => file != without))
            await File.WriteAllTextAsync(_folder.File(file), "{}", TestContext.Current.CancellationToken);
        if (with is { } added)
            await File.WriteAllTextAsync(_folder.File(added.File), added.Content, TestContext.Current.CancellationToken);

        string[] arguments = [Checkout.File("infra", "check-package"), _folder.Path, $"{mostMegabytes}"];
        using var process = NodePackages.Start("bash", arguments, _folder.Path);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var problems = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        await output;
        return (process.ExitCode, problems);
    }
}
