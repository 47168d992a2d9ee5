using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Vagus.Testing;

/// <summary>
/// Reads every line that the servers of a test run log, with the text of exceptions, at every level of our own categories and at the
/// levels of production elsewhere. <see cref="CleanLog"/> fails the run when a line holds what a test put into records, sign-ins or
/// requests, or a character that could forge another line.
/// </summary>
public sealed class ScannedLog : ILoggerProvider
{
    private const string Ours = "Vagus";
    private const int MostFindings = 50;

    // What the tests' people, records and requests are made of. Ids are no secret to operators. A token is known by the first words of its
    // header ({"alg, {"typ, {"kid): three letters of it are in a random id now and then.
    private static readonly string[] Canaries =
    [
        "canary-", "Canary", "kanarie", "Kanarie", "verborgen", "@example", "Somebody", "urn:mrn", "correct horse", "yellow tractors",
        "eyJhbGci", "eyJ0eXAi", "eyJraWQi", "Bearer ", "FORGED",
    ];

    private static readonly ConcurrentQueue<string> Found = [];
    private static long lines;

    /// <summary>How many lines were read in this process.</summary>
    public static long Lines => Interlocked.Read(ref lines);

    public static IReadOnlyCollection<string> Findings => Found;

    /// <summary>Listens to what the server logs.</summary>
    public static void AddTo(ILoggingBuilder logging)
    {
        logging.AddProvider(new ScannedLog());
        logging.AddFilter<ScannedLog>(Ours, LogLevel.Trace).AddFilter<ScannedLog>("Microsoft.AspNetCore", LogLevel.Warning);
    }

    /// <summary>The reason why a line may not be logged; null when it may.</summary>
    public static string? Flaw(string line)
    {
        if (CanaryIn(line) is { } canary) return $"holds '{canary}'";
        return line.Any(IsForging) ? "holds a control character" : null;
    }

    /// <summary>Reads a line that a server in a process of its own has said: where a line ends is the console's matter.</summary>
    public static void Hear(string line)
    {
        Interlocked.Increment(ref lines);
        if (CanaryIn(line) is { } canary && Found.Count < MostFindings) Found.Enqueue($"A process said '{canary}': {line}");
    }

    public ILogger CreateLogger(string categoryName) => new Scanner(categoryName);

    public void Dispose()
    {
    }

    private static string? CanaryIn(string line) => Canaries.FirstOrDefault(canary => line.Contains(canary, StringComparison.Ordinal));

    // Line ends, escapes of a terminal, and the marks that turn the direction of what follows.
    private static bool IsForging(char letter) =>
        char.IsControl(letter) || letter is '\u2028' or '\u2029' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    private sealed class Scanner(string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Interlocked.Increment(ref lines);
            var line = formatter(state, exception);
            // A stack has lines by nature; its text is looked at all the same.
            var flaw = Flaw(line) ?? (exception is null ? null : Flaw(exception.ToString().ReplaceLineEndings(" ")));
            // The framework's own banner and messages have line ends of their own.
            if (flaw is null || Found.Count >= MostFindings) return;
            if (flaw == "holds a control character" && !category.StartsWith(Ours, StringComparison.Ordinal)) return;
            Found.Enqueue($"{logLevel} {category} {flaw}: {line} {exception}");
        }
    }
}

/// <summary>At the end of a test program: nothing of a record was logged.</summary>
public sealed class CleanLog : IDisposable
{
    public void Dispose()
    {
        if (ScannedLog.Findings.Count > 0)
            throw new InvalidOperationException($"Logged in this run: {string.Join(Environment.NewLine, ScannedLog.Findings)}");
    }
}
