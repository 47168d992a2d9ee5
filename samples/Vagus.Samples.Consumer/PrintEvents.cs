using Vagus.Events;

namespace Vagus.Samples.Consumer;

/// <summary>Prints one line for each event. A real consumer would do its work here.</summary>
internal sealed class PrintEvents(CursorFile cursor) : IConsumeEvents
{
    public void Take(long sequence, EventData data)
    {
        var text = data switch
        {
            LabCriticalAlert alert => $"critical: {alert.TestName} {alert.Value} {alert.Unit}",
            PatientCreated patient => $"new patient {patient.PatientId}",
            _ => EventCatalogue.Of(data).Name,
        };
        Console.WriteLine($"{sequence} {text}");
        cursor.Write(sequence);
    }

    public void Skip(long from, long to)
    {
        Console.WriteLine($"gap {from} to {to}: what happened there must be read from FHIR");
        cursor.Write(to);
    }

    public void Reach(long sequence) => cursor.Write(sequence);
}
