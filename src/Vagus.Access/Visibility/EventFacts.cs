using Vagus.Access.Authorization;
using Vagus.Kernel;

namespace Vagus.Access.Visibility;

/// <summary>The facts of an event by which it is decided who may see it.</summary>
public readonly record struct EventFacts(string Type)
{
    /// <summary>The patients in whose compartments it is.</summary>
    public IReadOnlyList<PatientId> Patients
    {
        get => field ?? [];
        init;
    }

    /// <summary>The labels of the records that the event holds something of.</summary>
    public Sensitivity Labels { get; init; }

    /// <summary>The type of the resource it is about; needed for <c>resource.*</c>.</summary>
    public string? ResourceType { get; init; }

    /// <summary>The event's patients may see what it is about.</summary>
    public bool Released { get; init; }

    /// <summary>Who takes part in the thread or Task it is about. Null: not known.</summary>
    public Participation? Participation { get; init; }

    /// <summary>
    /// The facts by which a row scope decides. An event has no resource type, so the types that a scope shares among patients do not
    /// apply.
    /// </summary>
    internal RowFacts Row => new("", Patients, Labels, Released, Participation?.Participants ?? []);
}

/// <summary>
/// Who takes part, and in a thread of which kind (<c>patient</c>, <c>direct</c>, <c>staff</c>) and category; a Task has neither.
/// </summary>
public sealed record Participation(string? Kind, string? Category, IReadOnlyCollection<string> Participants)
{
    /// <summary>A person takes part under any of its <see cref="ThreadNames"/>.</summary>
    public bool Includes(Caller caller)
    {
        foreach (var name in ThreadNames.Of(caller))
        {
            if (Participants.Contains(name)) return true;
        }

        return false;
    }
}
