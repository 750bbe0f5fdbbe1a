using System.Net;
using System.Net.Sockets;

namespace MetricsAlerts.Channels.Delivery;

/// <summary>
/// Keeps webhooks away from the inside of the network: looked at when the connection is made, after the name is resolved, so that a
/// name that resolves to another address later does not help. Redirects are not followed at all.
/// </summary>
internal static class TargetGuard
{
    /// <summary>Connects to the first address of the target that may be connected to.</summary>
    /// <exception cref="TargetRefusedException">There is none.</exception>
    public static async ValueTask<Stream> ConnectAsync(
        DnsEndPoint target, ChannelsOptions options, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(target.Host, cancellationToken);
        var allowed = options.Allows(target.Host, target.Port)
            ? addresses
            : [.. addresses.Where(address => IsAllowed(address, options.AllowLoopback))];
        if (allowed.Length == 0)
            throw new TargetRefusedException(target.Host);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, target.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Whether an address is on the public internet, or on loopback where that is allowed.</summary>
    public static bool IsAllowed(IPAddress address, bool allowLoopback)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (IPAddress.IsLoopback(address))
            return allowLoopback;
        return address.AddressFamily == AddressFamily.InterNetwork ? IsPublic(address.GetAddressBytes()) : IsPublic(address);
    }

    /// <summary>
    /// IANA's registry of special-purpose addresses, as far as it is not globally reachable, and the address at which Azure serves
    /// its own machines.
    /// </summary>
    private static bool IsPublic(byte[] bytes) => bytes switch
    {
        [0 or 10 or 127, ..] => false,
        [100, >= 64 and <= 127, ..] => false,
        [169, 254, ..] => false,
        [172, >= 16 and <= 31, ..] => false,
        [192, 168, ..] or [192, 0, 0 or 2, _] or [198, 18 or 19, ..] or [198, 51, 100, _] or [203, 0, 113, _] => false,
        [168, 63, 129, 16] => false,
        [>= 224, ..] => false,
        _ => true,
    };

    /// <summary>Global unicast, without what is for documentation; an IPv4 address inside (NAT64, 6to4) is judged by itself.</summary>
    private static bool IsPublic(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        return bytes switch
        {
            [0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0, ..] => IsPublic(bytes[12..]),
            [0x20, 0x02, ..] => IsPublic(bytes[2..6]),
            [0x20, 0x01, 0x0d, 0xb8, ..] or [0x3f, 0xff, <= 0x0f, ..] => false,
            [0x20, 0x01, <= 0x01, ..] => false,
            [>= 0x20 and <= 0x3f, ..] => true,
            _ => false,
        };
    }
}

/// <summary>A target is not on the public internet.</summary>
internal sealed class TargetRefusedException(string host)
    : Exception($"{host} resolves to no public address: private, link-local and loopback addresses are not told " +
        $"(Channels:AllowedHosts names those that may be, Channels:AllowLoopback allows loopback for development)");
