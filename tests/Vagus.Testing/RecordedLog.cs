using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Vagus.Testing;

/// <summary>Keeps what is logged, so that a test can wait for a line and look at it.</summary>
public sealed class RecordedLog : ILoggerProvider
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly ConcurrentQueue<string> lines = new();
    private readonly SemaphoreSlim added = new(0);

    public IReadOnlyCollection<string> Lines => lines;

    /// <summary>The first line with these words, as soon as there is one.</summary>
    public async Task<string> Line(string words)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            if (lines.FirstOrDefault(line => line.Contains(words, StringComparison.Ordinal)) is { } found) return found;
            await added.WaitAsync(limit.Token);
        }
    }

    public ILogger CreateLogger(string categoryName) => new Recorder(this, categoryName);

    public void Dispose() => added.Dispose();

    private sealed class Recorder(RecordedLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            log.lines.Enqueue($"{logLevel} {category}: {formatter(state, exception)}");
            log.added.Release();
        }
    }
}
