using System.Globalization;
using Vagus.Events;
using Vagus.Fhir.Deriving;
using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage.Log;

namespace Vagus.Fhir.Writing;

/// <summary>Makes the log's rows of one call: all that it caused carries its caller and its trace.</summary>
internal sealed class EventDrafts(FhirCall call, IdSource ids)
{
    /// <summary>The <c>resource.*</c> event of a change.</summary>
    public NewEvent OfChange(ResourceChange change)
    {
        var version = change.Version.ToString(CultureInfo.InvariantCulture);
        var patient = change.Patient?.Value;
        return Of(change, change switch
        {
            { After: null } => new ResourceDeleted(change.Type, change.Id, version, change.VersionedReference, patient),
            { Before: null } => new ResourceCreated(change.Type, change.Id, version, change.VersionedReference, patient),
            _ => new ResourceUpdated(change.Type, change.Id, version, change.VersionedReference, patient),
        });
    }

    public NewEvent Of(DerivedEvent told) => Of(told.About, told.Data) with
    {
        Labels = told.Labels,
        Draws = told.Draws,
        OpenBody = told.Open is { } open ? EventCatalogue.Serialize(open) : null,
    };

    public NewEvent Of(ResourceChange about, EventData data) =>
        new(ids.NewId(), EventCatalogue.Of(data).Name, EventCatalogue.Serialize(data))
        {
            Patients = about.Patients,
            Resource = about.VersionedReference,
            Labels = about.Labels,
            Released = about.Released,
            UserId = call.Caller.User.Value,
            PortalType = call.Caller.PortalType,
            Cause = call.Trace,
        };
}
