using Vagus.Access.Files;
using Vagus.Fhir.Deriving;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Writing;

/// <summary>Files follow the resources of one type that name them: their labels, their release, their patient, and their end.</summary>
internal sealed class FollowFiles(string type) : IKeepRows
{
    public string ResourceType => type;

    public ValueTask Keep(WriteTransaction write, ResourceChange change, CancellationToken cancel)
    {
        var named = change.After is { } resource ? FileLinks.Of(resource) : [];
        // A first version that names none has no files.
        if (change.Version == 1 && named.Count == 0) return ValueTask.CompletedTask;
        var naming = FileLinks.Naming(
            $"{change.Type}/{change.Id}", change.After, change.Patients, change.Labels, change.Released);
        return NamedFiles.Follow(write, naming, named, cancel);
    }
}
