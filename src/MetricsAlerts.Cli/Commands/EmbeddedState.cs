using MetricsAlerts.Cli.Embedded;
using Microsoft.Extensions.DependencyInjection;

namespace MetricsAlerts.Cli.Commands;

/// <summary>The parts of the embedded pipeline over a database file, for commands that look at its state.</summary>
internal static class EmbeddedState
{
    public static ServiceProvider Open(FileInfo data)
    {
        if (!data.Exists)
            throw new FailedException($"There is no database file {data.FullName}; name it with --data.");
        return new ServiceCollection()
            .AddLogging().AddEmbeddedPipeline(EmbeddedConfiguration.Build(new() { ["Sqlite:File"] = data.FullName }))
            .BuildServiceProvider();
    }
}
