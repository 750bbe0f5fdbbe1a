using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using MetricsAlerts.Metrics;
using MetricsAlerts.Ticks;

namespace MetricsAlerts.Scheduling;

/// <summary>Deals deployments into shards.</summary>
internal static class ShardDeal
{
    /// <summary>
    /// By the hash of its id a deployment keeps its shard from tick to tick; in a shard those come first that have waited longest. A
    /// tick without a deployment has one empty shard: somebody must complete it.
    /// </summary>
    /// <param name="tick">The tick.</param>
    /// <param name="listing">The deployments.</param>
    /// <param name="known">When each was last attempted.</param>
    /// <param name="shardSize">About how many deployments a shard has.</param>
    public static IReadOnlyList<CollectionShard> Of(
        DateTimeOffset tick, RosterListing listing, IReadOnlyDictionary<string, DateTimeOffset> known, int shardSize)
    {
        var count = Math.Max(1, (listing.Chosen.Count + listing.Gone.Count + shardSize - 1) / shardSize);
        var chosen = listing.Chosen.ToLookup(deployment => ShardOf(deployment.Id, count));
        var gone = listing.Gone.ToLookup(deploymentId => ShardOf(deploymentId, count));
        List<int> numbers = [.. chosen.Select(shard => shard.Key).Union(gone.Select(shard => shard.Key)).DefaultIfEmpty(0).Order()];
        var (tens, hundreds) = (numbers.ToLookup(number => number / 10), numbers.ToLookup(number => number / 100));
        return [.. numbers.Select(Shard)];

        CollectionShard Shard(int number) => new(tick, number, count, InOrder(chosen[number]))
        {
            Gone = [.. gone[number]],
            InItsTen = count > 10 ? tens[number / 10].Count() : 0,
            InItsHundred = count > 100 ? hundreds[number / 100].Count() : 0,
        };

        IReadOnlyList<Deployment> InOrder(IEnumerable<Deployment> deployments) =>
            [.. deployments.OrderBy(deployment => LastAttempt(deployment.Id)).ThenBy(deployment => deployment.Id, StringComparer.Ordinal)];

        // A time in the future is from before the clock was set back.
        DateTimeOffset LastAttempt(string deploymentId) => known.GetValueOrDefault(deploymentId) is var at && at <= tick ? at : default;
    }

    private static int ShardOf(string deploymentId, int count) =>
        (int)(BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(deploymentId))) % (uint)count);
}
