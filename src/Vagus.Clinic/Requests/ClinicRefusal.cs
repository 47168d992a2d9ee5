using Vagus.Kernel;

namespace Vagus.Clinic.Requests;

/// <summary>A refusal whose answer has further fields: lists and objects, as JSON.</summary>
internal sealed record ClinicRefusal(RefusalKind Kind, string Code, string Message) : Refusal(Kind, Code, Message)
{
    public IReadOnlyDictionary<string, object?> Fields { get; init; } = new Dictionary<string, object?>(StringComparer.Ordinal);
}
