using Vagus.Access.Audit;

namespace Vagus.Fhir.Auditing;

/// <summary>A code with its system, as it stands in an AuditEvent.</summary>
internal readonly record struct AuditCode(string System, string Code)
{
    public static AuditCode Dicom(string code) => new("http://dicom.nema.org/resources/ontology/DCM", code);

    public static AuditCode Interaction(string code) => new("http://hl7.org/fhir/restful-interaction", code);

    /// <summary>An action of ours for which no standard has a code.</summary>
    public static AuditCode Own(string code) => new("urn:vagus:audit-action", code);

    public static readonly AuditCode Rest = new("http://terminology.hl7.org/CodeSystem/audit-event-type", "rest");
}

/// <summary>Which part the entities of an AuditEvent have.</summary>
internal enum AuditObject
{
    None,

    /// <summary>A domain resource (object-role 4).</summary>
    Data,

    /// <summary>A query (object-role 24): it has its text and, by BALP, neither <c>what</c> nor <c>detail</c>.</summary>
    Query,
}

/// <summary>
/// How an action looks as an AuditEvent: R4 with the profiles of IHE BALP, whose codes of the agents turn round between reading and
/// writing, and of which a deletion has its own.
/// </summary>
/// <param name="Type">AuditEvent.type.</param>
/// <param name="Subtype">AuditEvent.subtype.</param>
/// <param name="Action">AuditEvent.action: C, R, U, D or E.</param>
internal sealed record AuditShape(AuditCode Type, AuditCode? Subtype, string Action)
{
    private const string Profiles = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.";
    private static readonly AuditCode Source = AuditCode.Dicom("110153");
    private static readonly AuditCode Destination = AuditCode.Dicom("110152");
    private static readonly AuditCode Application = AuditCode.Dicom("110150");
    private static readonly AuditCode Custodian = new("http://terminology.hl7.org/CodeSystem/provenance-participant-type", "custodian");
    private static readonly AuditCode Recipient = new("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "IRCP");
    private static readonly AuditCode Author = new("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "AUT");

    private static readonly AuditCode PermanentErasure = new("http://terminology.hl7.org/CodeSystem/dicom-audit-lifecycle", "15");

    /// <summary>The last part of the BALP profile's name; null where BALP has none.</summary>
    public string? Profile { get; private init; }

    public AuditCode ClientType { get; private init; } = Source;

    public AuditCode ServerType { get; private init; } = Destination;

    public AuditCode UserType { get; private init; } = Recipient;

    public AuditObject Object { get; private init; } = AuditObject.Data;

    /// <summary>What became of the object, of dicom-audit-lifecycle; null where the action tells all.</summary>
    public AuditCode? Lifecycle { get; private init; }

    /// <summary>The profile of a success, for an event with a patient or without. Failures have none: BALP's outcome is 0.</summary>
    public string? ProfileFor(bool ofPatient, AuditOutcome outcome) =>
        Profile is null || outcome != AuditOutcome.Success ? null : $"{Profiles}{(ofPatient ? "Patient" : "")}{Profile}";

    /// <summary>The actions that look so.</summary>
    public static IEnumerable<string> ActionsWhere(Func<AuditShape, bool> looks) => AuditActions.All.Where(action => looks(Of(action)));

    public static AuditShape Of(string action) => action switch
    {
        AuditActions.Read or AuditActions.ReadVersion => Reading(action) with { Profile = "Read" },
        AuditActions.History or AuditActions.HistoryOfType or AuditActions.HistoryOfSystem => Reading(action),
        AuditActions.Operation => Rest(action, "E"),
        AuditActions.Create => Rest(action, "C") with { Profile = "Create", UserType = Author },
        AuditActions.Update => Rest(action, "U") with { Profile = "Update", UserType = Author },
        AuditActions.Delete => Rest(action, "D") with
        {
            Profile = "Delete", ClientType = Application, ServerType = Custodian, UserType = Author,
        },
        AuditActions.Search => Rest(action, "E") with { Profile = "Query", Object = AuditObject.Query },
        AuditActions.Batch or AuditActions.Transaction => Rest(action, "E") with { UserType = Author },
        AuditActions.SignIn => Sign("110122"),
        AuditActions.SignOut or AuditActions.SessionEnd => Sign("110123"),
        AuditActions.IssueToken => new(AuditCode.Dicom("110114"), new AuditCode("urn:ihe:event-type-code", "ITI-71"), "E")
        {
            Object = AuditObject.Query,
        },
        AuditActions.AuthorizeApp or AuditActions.RevokeApp => new(AuditCode.Dicom("110113"), AuditCode.Dicom("110144"), "E"),
        AuditActions.LaunchApp => new(AuditCode.Dicom("110114"), AuditCode.Own(action), "E"),
        AuditActions.AddApp => new(AuditCode.Dicom("110113"), AuditCode.Dicom("110129"), "C"),
        AuditActions.ChangeApp => new(AuditCode.Dicom("110113"), AuditCode.Dicom("110129"), "U"),
        AuditActions.RefreshReused => new(AuditCode.Dicom("110113"), AuditCode.Own(action), "E"),
        AuditActions.RefusedAtDoor => new(AuditCode.Dicom("110113"), AuditCode.Dicom("110132"), "E") { Object = AuditObject.None },
        AuditActions.Disclose => Disclosure(),
        AuditActions.RemoveAudit => new(AuditCode.Dicom("110101"), AuditCode.Own(action), "D"),
        AuditActions.ReadAudit => new(AuditCode.Dicom("110101"), null, "R"),
        AuditActions.ReadAccounts => new(AuditCode.Dicom("110112"), AuditCode.Own(action), "R"),
        AuditActions.IssueTicket or AuditActions.GiveDeviceKey => new(AuditCode.Dicom("110114"), AuditCode.Own(action), "E"),
        AuditActions.StoreFile => new(AuditCode.Dicom("110107"), AuditCode.Own(action), "C"),
        AuditActions.ReadFile => new(AuditCode.Dicom("110106"), AuditCode.Own(action), "R"),
        AuditActions.Deliver => new(AuditCode.Dicom("110106"), AuditCode.Own(action), "E"),
        AuditActions.Notify => new(AuditCode.Dicom("110106"), AuditCode.Own(action), "R"),
        AuditActions.RemoveFile => new(AuditCode.Dicom("110110"), AuditCode.Own(action), "D"),
        AuditActions.QuarantineFile => new(AuditCode.Dicom("110113"), AuditCode.Own(action), "E"),
        AuditActions.SealBroken => new(AuditCode.Dicom("110113"), AuditCode.Own(action), "E"),
        AuditActions.ReadThread => new(AuditCode.Dicom("110112"), AuditCode.Own(action), "R"),
        AuditActions.ChangeThread or AuditActions.MarkRead => new(AuditCode.Dicom("110107"), AuditCode.Own(action), "U"),
        AuditActions.AddNote => new(AuditCode.Dicom("110107"), AuditCode.Own(action), "C"),
        AuditActions.UseFactor or AuditActions.StepUp => Sign("110143"),
        AuditActions.ChangeSetting or AuditActions.RotateKey or AuditActions.RestoreKeys or AuditActions.RetainKeys => Alert("110129", "U"),
        AuditActions.BreakGlass => Alert("110127", "E"),
        AuditActions.EndBreakGlass => Alert("110138", "E"),
        AuditActions.DestroyKey => Alert("110129", "D") with { Lifecycle = PermanentErasure },
        AuditActions.BackUpKeys => new(AuditCode.Dicom("110106"), AuditCode.Own(action), "R"),
        AuditActions.PlaceHold => Alert("110129", "C"),
        AuditActions.ReleaseHold => Alert("110129", "D"),
        _ => OfAccount(action) ?? OfInstallation(action) ?? new(AuditCode.Dicom("110112"), AuditCode.Own(action), "E"),
    };

    private static AuditShape? OfInstallation(string action) => action switch
    {
        AuditActions.AddTenant => Alert("110129", "C"),
        AuditActions.MoveTenant or AuditActions.Restore => Alert("110129", "U"),
        AuditActions.RemoveTenant => Alert("110129", "D") with { Lifecycle = PermanentErasure },
        AuditActions.BackUp => new(AuditCode.Dicom("110106"), AuditCode.Own(action), "R"),
        _ => null,
    };

    /// <summary>DCM 110136 is "User Roles Changed", DCM 110137 is "User Security Attributes Changed".</summary>
    private static AuditShape? OfAccount(string action) => action switch
    {
        AuditActions.ChangeRole => Alert("110136", "U"),
        AuditActions.GrantProxy => Alert("110136", "C"),
        AuditActions.ConfirmProxy => Alert("110136", "U"),
        AuditActions.RevokeProxy => Alert("110136", "D"),
        AuditActions.AddUser or AuditActions.InvitePatient or AuditActions.InviteUser or AuditActions.ActivateAccount
            or AuditActions.AddService or AuditActions.AddSecret or AuditActions.EnrolFactor => Alert("110137", "C"),
        AuditActions.ChangeUser or AuditActions.VerifyAddress or AuditActions.ForgotPassword or AuditActions.ResetPassword
            or AuditActions.LinkUser or AuditActions.ResetFactors or AuditActions.RenewRecoveryCodes => Alert("110137", "U"),
        AuditActions.RevokeSecret or AuditActions.RemoveFactor => Alert("110137", "D"),
        _ => null,
    };

    /// <summary>BALP PrivacyDisclosure.Source: the server is the source; the recipient is an agent of its own.</summary>
    private static AuditShape Disclosure() =>
        new(AuditCode.Dicom("110106"), new AuditCode("http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle", "disclose"), "R")
        {
            ClientType = Application, ServerType = Source, UserType = Author,
        };

    private static AuditShape Alert(string subtype, string action) =>
        new(AuditCode.Dicom("110113"), AuditCode.Dicom(subtype), action);

    // Who reads is where the data goes to.
    private static AuditShape Reading(string action) => Rest(action, "R") with { ClientType = Destination, ServerType = Source };

    private static AuditShape Rest(string interaction, string action) => new(AuditCode.Rest, AuditCode.Interaction(interaction), action);

    private static AuditShape Sign(string subtype) =>
        new(AuditCode.Dicom("110114"), AuditCode.Dicom(subtype), "E") { Object = AuditObject.None };
}
