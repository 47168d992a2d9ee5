using Vagus.Storage.Consuming;
using Vagus.Storage.Files;

namespace Vagus.Storage;

/// <summary>Where the facts are kept and the limits of writing them.</summary>
public sealed record StorageOptions
{
    /// <summary>The folder of the embedded default: the SQLite file, keys, attachments.</summary>
    public string DataFolder { get; init; } = "data";

    /// <summary>A PostgreSQL connection string; null means SQLite in <see cref="DataFolder"/>.</summary>
    public string? Postgres { get; init; }

    /// <summary>Writes that may wait for their turn in one lane; one more is refused with <c>busy</c>.</summary>
    public int WritesWaiting { get; init; } = 4096;

    /// <summary>Writes that may share one commit.</summary>
    public int WritesPerCommit { get; init; } = 128;

    /// <summary>PostgreSQL only: commits under way at once. A tenant always uses the same lane. SQLite has one writer.</summary>
    public int PostgresLanes { get; init; } = 4;

    /// <summary>Connections that read at the same moment.</summary>
    public int Readers { get; init; } = 8;

    /// <summary>How long events stay in the log for live replay.</summary>
    public TimeSpan EventRetention { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How often the retention sweep looks.</summary>
    public TimeSpan SweepInterval { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Where the bytes of files lie.</summary>
    public BlobOptions Files { get; init; } = new();

    /// <summary>The limits and intervals of the durable consumers.</summary>
    public ConsumerOptions Consuming { get; init; } = new();
}
