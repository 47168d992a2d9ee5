
namespace Vagus.Realtime.Tests.Model;

/// <summary>How a record of the model stands in one of its versions.</summary>
internal sealed record RecordVersion(ModelRecord Record, long Number, long Position, Moment Moment)
{
    public required string Patient { get; init; }

    /// <summary>The version since which the patient has had it: no older one is that patient's.</summary>
    public required long Since { get; init; }

    public required bool Labelled { get; init; }

    public required bool Released { get; init; }

    public bool IsDeleted { get; init; }

    /// <summary>Somebody lost sight of the record by it.</summary>
    public bool Narrows { get; init; }

    public Reach Reach => new([Patient], Labelled, Released);

    /// <summary>The version that a change makes of this one.</summary>
    public RecordVersion Next(Change change, long position, Moment moment)
    {
        if (change.Deletes)
            return this with { Number = Number + 1, Position = position, Moment = moment, IsDeleted = true, Narrows = false };
        var moves = IsDeleted || change.Patient != Patient;
        return new RecordVersion(Record, Number + 1, position, moment)
        {
            Patient = change.Patient,
            Since = moves ? Number + 1 : Since,
            Labelled = change.Labelled,
            Released = change.Released,
            // What comes back after a deletion begins anew.
            Narrows = IsDeleted || (!Labelled && change.Labelled) || (Released && !change.Released) || change.Patient != Patient,
        };
    }
}

/// <summary>What is going to be written of a record.</summary>
internal sealed record Change(string Patient, bool Labelled, bool Released, bool Deletes = false);

/// <summary>A resource that the model writes through the FHIR door, with all its versions.</summary>
internal sealed class ModelRecord(string id)
{
    private readonly Lock gate = new();
    private readonly List<RecordVersion> versions = [];

    public string Id => id;

    public RecordVersion? Current
    {
        get
        {
            lock (gate) return versions.Count == 0 ? null : versions[^1];
        }
    }

    public void Add(RecordVersion version)
    {
        lock (gate) versions.Add(version);
    }

    /// <summary>How it stood at a position of the log; null where it was not there yet.</summary>
    public RecordVersion? At(long position)
    {
        lock (gate) return versions.FindLast(version => version.Position <= position);
    }

    public IReadOnlyList<RecordVersion> After(long position)
    {
        lock (gate) return versions.FindAll(version => version.Position > position);
    }
}
