using System.Diagnostics;

namespace MetricsAlerts.Testing;

/// <summary>Installs the npm packages that a test project pins, once, into its <c>obj</c> folder.</summary>
public static class NodePackages
{
    private static readonly SemaphoreSlim OneAtATime = new(1, 1);

    /// <summary>Copies <c>tests/PROJECT/FOLDER</c> and installs what its lock file says; answers where.</summary>
    public static async Task<string> InstallAsync(string project, string folder, CancellationToken cancellationToken)
    {
        await OneAtATime.WaitAsync(cancellationToken);
        try
        {
            return await InstallOnceAsync(project, folder, cancellationToken);
        }
        finally
        {
            OneAtATime.Release();
        }
    }

    private static async Task<string> InstallOnceAsync(string project, string folder, CancellationToken cancellationToken)
    {
        var source = Repository.File("tests", project, folder);
        var home = Repository.File("tests", project, "obj", folder);
        Directory.CreateDirectory(home);

        // Tests of several projects may want the same packages at the same time.
        await using var mine = await LockAsync(Path.Combine(home, "lock"), cancellationToken);
        foreach (var file in Directory.GetFiles(source))
            File.Copy(file, Path.Combine(home, Path.GetFileName(file)), overwrite: true);
        var stamp = Path.Combine(home, "installed.txt");
        var wanted = await File.ReadAllTextAsync(Path.Combine(source, "package-lock.json"), cancellationToken);
        if (File.Exists(stamp) && await File.ReadAllTextAsync(stamp, cancellationToken) == wanted)
            return home;

        using var npm = Start("npm", ["ci", "--ignore-scripts", "--omit=optional", "--loglevel=error"], home);
        var errors = npm.StandardError.ReadToEndAsync(cancellationToken);
        await npm.StandardOutput.ReadToEndAsync(cancellationToken);
        await npm.WaitForExitAsync(cancellationToken);
        if (npm.ExitCode != 0)
            throw new InvalidOperationException($"'npm ci' failed in {home}: {await errors}");
        await File.WriteAllTextAsync(stamp, wanted, cancellationToken);
        return home;
    }

    /// <summary>Starts a program with its output redirected.</summary>
    public static Process Start(
        string program, IEnumerable<string> arguments, string folder, params ReadOnlySpan<(string Name, string Value)> environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start) ?? throw new InvalidOperationException($"'{program}' could not be started; is it installed?");
    }

    private static async Task<FileStream> LockAsync(string file, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (true)
        {
            try
            {
                return new(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                await timer.WaitForNextTickAsync(cancellationToken);
            }
        }
    }
}
