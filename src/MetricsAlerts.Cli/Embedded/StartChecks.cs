using MetricsAlerts.Cli.Commands;
using MetricsAlerts.Notifying;
using MetricsAlerts.Operations.Health;
using MetricsAlerts.Rules;
using MetricsAlerts.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.Cli.Embedded;

/// <summary>What <c>serve</c> looks at before it begins, so that an operator hears of it and not those who wait for alerts.</summary>
internal static partial class StartChecks
{
    /// <summary>Others than this machine reach the API: then it takes keys to tell them apart.</summary>
    /// <param name="services">The process's services.</param>
    /// <param name="url">Where the API listens.</param>
    /// <exception cref="UsageException">There are none.</exception>
    public static void CheckDoors(IServiceProvider services, string url)
    {
        if (services.GetRequiredService<IOptions<WebOptions>>().Value.HasKey)
            return;
        var address = services.GetRequiredService<IOptions<NotifyOptions>>().Value.PublicAddress;
        var reached = ListenAddress.FindPublic(url) is { } listening ? $"--url {listening} is reached from other machines"
            : address is { IsLoopback: false } ? $"Notify__PublicAddress is {address}, which others reach"
            : null;
        if (reached is not null)
            throw new UsageException(
                $"{reached}, and no key tells who may read and who may change something: set Web__ApiKey (and Web__ReadKey for those who " +
                "only read), such as openssl rand -hex 16.");
    }

    /// <summary>Every secret that the channels of a rule file need is there.</summary>
    /// <exception cref="FailedException">Some are not; the message names each.</exception>
    public static void CheckChannels(IServiceProvider services, RuleFile file)
    {
        if (services.GetRequiredService<ChannelHealth>().FindProblems(file.Channels) is { Count: > 0 } problems)
            throw new FailedException(string.Join('\n', problems));
    }

    /// <summary>Says of the stored channels which cannot be used; those that can go on.</summary>
    public static async Task WarnOfChannelsAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var rules = await services.GetRequiredService<RuleStore>().GetAsync(cancellationToken);
        var logger = services.GetRequiredService<ILogger<ChannelHealth>>();
        foreach (var problem in services.GetRequiredService<ChannelHealth>().FindProblems(rules.Channels.Values))
            Log.Unusable(logger, problem);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 605, Level = LogLevel.Error, Message = "{Problem}")]
        public static partial void Unusable(ILogger logger, string problem);
    }
}
