using System.Net;
using System.Net.Sockets;
using MetricsAlerts.Cli.Commands;
using Microsoft.AspNetCore.Http;

namespace MetricsAlerts.Cli.Embedded;

/// <summary>Where the API is to listen, looked at before anything else is done, so that what is wrong is one line.</summary>
internal static class ListenAddress
{
    /// <summary>Checks one or several addresses, separated by semicolons.</summary>
    /// <exception cref="UsageException">One is none.</exception>
    /// <exception cref="FailedException">Nobody can listen there, or somebody does already.</exception>
    public static void Check(string url)
    {
        var addresses = url.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (addresses.Length == 0)
            throw Refused(url);
        foreach (var address in addresses)
            CheckOne(address);
    }

    /// <summary>The first of these addresses that other machines reach; null when none is.</summary>
    public static string? FindPublic(string url) => url
        .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .FirstOrDefault(one => Parse(one) is { IsUnixPipe: false } address && !IPAddress.IsLoopback(HostOf(address)));

    private static void CheckOne(string url)
    {
        if (Parse(url) is not { } address)
            throw Refused(url);
        if (address.IsUnixPipe || address.Port == 0)
            return;
        try
        {
            using var probe = new TcpListener(HostOf(address), address.Port);
            probe.Start();
        }
        catch (SocketException exception)
        {
            throw new FailedException($"--url {url}: {exception.Message}.");
        }
    }

    private static UsageException Refused(string url) =>
        new($"--url is '{url}'; expected http://HOST:PORT, such as http://127.0.0.1:8080. A reverse proxy can add TLS.");

    private static BindingAddress? Parse(string url)
    {
        try
        {
            var address = BindingAddress.Parse(url);
            var isPlain = address.Scheme.Equals("http", StringComparison.OrdinalIgnoreCase) && address.PathBase.Length == 0;
            return isPlain && (address.IsUnixPipe || address.Port is >= 0 and <= ushort.MaxValue) ? address : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>As Kestrel does: what is neither an IP address nor localhost stands for every address.</summary>
    private static IPAddress HostOf(BindingAddress address) =>
        address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback
        : IPAddress.TryParse(address.Host, out var host) ? host
        : IPAddress.IPv6Any;
}
