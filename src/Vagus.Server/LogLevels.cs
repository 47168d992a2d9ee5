namespace Vagus.Server;

/// <summary>
/// How much is logged: one level for all, and others by category, such as <c>Information;Vagus.Realtime=Debug</c>. A setting of our own
/// because names of variables may not hold dots.
/// </summary>
internal sealed record LogLevels(LogLevel Least, IReadOnlyList<(string Category, LogLevel Level)> Others)
{
    public static readonly LogLevels Default = new(LogLevel.Information, []);

    public static LogLevels Parse(string? list)
    {
        if (list is null) return Default;

        var (least, others) = (LogLevel.Information, new List<(string, LogLevel)>());
        foreach (var part in list.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Split('=', 2, StringSplitOptions.TrimEntries) is [var category, var level]) others.Add((category, Level(level)));
            else least = Level(part);
        }

        return new LogLevels(least, others);
    }

    public void Apply(ILoggingBuilder logging)
    {
        logging.SetMinimumLevel(Least).AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        foreach (var (category, level) in Others) logging.AddFilter(category, level);
    }

    private static LogLevel Level(string name) =>
        Enum.TryParse<LogLevel>(name, ignoreCase: true, out var level) && Enum.IsDefined(level) && !char.IsAsciiDigit(name[0])
            ? level
            : throw new FormatException($"--log-level: '{name}' is none of {string.Join(", ", Enum.GetNames<LogLevel>())}.");
}
