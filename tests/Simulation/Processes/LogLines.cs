using Microsoft.Extensions.Logging;
using Simulation.Running;

namespace Simulation.Processes;

/// <summary>What the pipeline logs, among everything else that happens, for those who read it.</summary>
internal sealed class LogLines(EventLog log, string process) : ILoggerProvider, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => log.KeepsLines;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        log.Comment(process, $"{logLevel}: {formatter(state, exception)}{(exception is null ? "" : $" {exception.GetType().Name}: {exception.Message}")}");

    public void Dispose()
    {
    }
}
