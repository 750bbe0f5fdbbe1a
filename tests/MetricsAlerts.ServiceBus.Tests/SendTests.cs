using Azure.Messaging.ServiceBus;
using MetricsAlerts.Messaging;
using MetricsAlerts.Testing.Amqp;
using static MetricsAlerts.ServiceBus.Tests.ServiceBusBench;

namespace MetricsAlerts.ServiceBus.Tests;

/// <summary>Sending: batches, sizes, and the first use of a sender by many.</summary>
public sealed class SendTests
{
    // functions D6: before 7.20.2 the client could throw ArgumentOutOfRangeException here.
    [Fact]
    public async Task Many_may_be_the_first_to_send()
    {
        await using var bench = new ServiceBusBench();
        for (var round = 0; round < 5; round++)
        {
            var queue = bench.Open();
            await Task.WhenAll(Enumerable.Range(0, 16).Select(sender => Task.Run(
                () => queue.SendAsync(
                    [.. Enumerable.Range(0, 20).Select(number => Message($"{round}/{sender}/{number}", $"{sender}"))], Cancellation),
                Cancellation)));
        }

        Assert.Equal(5 * 16 * 20, (await bench.DrainAsync()).DistinctBy(delivery => delivery.Id).Count());
    }

    [Fact]
    public async Task Many_messages_of_many_sessions_are_few_transfers_in_order()
    {
        await using var bench = new ServiceBusBench();
        var body = new byte[1000];
        await bench.Queue.SendAsync(
            [.. Enumerable.Range(0, 2000).Select(number => new QueueMessage($"{number}", $"s{number % 10}", "test/1", body))],
            Cancellation);

        Assert.InRange(bench.Broker.Operations[BrokerOperation.Send], 8, 12);
        var numbers = (await bench.DrainAsync()).Select(delivery => int.Parse(delivery.Id)).ToList();
        Assert.Equal(2000, numbers.Count);
        foreach (var session in numbers.GroupBy(number => number % 10))
            Assert.Equal(session.Order(), session);
    }

    // bus D7
    [Fact]
    public async Task A_message_that_no_batch_takes_is_sent_for_itself_and_the_service_says_what_is_wrong()
    {
        await using var bench = new ServiceBusBench(options => options with { MaxMessageBytes = 64 * 1024 });

        var refused = await Assert.ThrowsAsync<ServiceBusException>(
            () => bench.Queue.SendAsync([Message("1"), new("2", "s", "test/1", new byte[65 * 1024])], Cancellation));

        Assert.Equal(ServiceBusFailureReason.MessageSizeExceeded, refused.Reason);
    }

    [Fact]
    public async Task A_service_that_is_busy_says_so_and_takes_the_message_the_next_time()
    {
        await using var bench = new ServiceBusBench(options: Impatient(5));
        bench.Broker.Faults.Next(BrokerOperation.Send, new Fault.Refuse("com.microsoft:server-busy"));

        var busy = await Assert.ThrowsAsync<ServiceBusException>(() => bench.SendAsync("1"));
        await bench.Open().SendAsync([Message("1")], Cancellation);

        Assert.Equal(ServiceBusFailureReason.ServiceBusy, busy.Reason);
        Assert.Equal([("1", 1)], await bench.DrainAsync());
    }

    [Fact]
    public async Task Nothing_to_send_is_nothing_to_do()
    {
        await using var bench = new ServiceBusBench();
        await bench.Queue.SendAsync([], Cancellation);
        Assert.Equal(0, bench.Broker.Connections);
    }
}
