using MetricsAlerts.Messaging;
using MetricsAlerts.Storage;
using MetricsAlerts.Testing.Contracts;
using Simulation.Ports;

namespace Simulation.Tests.Ports;

public sealed class MemoryTableTests : TableContract
{
    protected override ITableStore Store { get; } = new MemoryTableStore();
}

public sealed class MemoryQueueTests : QueueContract
{
    private MemoryQueue? _queue;

    protected override IQueue Open(QueueDefinition definition) => _queue ??= new(definition, Time);
}
