namespace Vagus.Kernel;

/// <summary>One organization. Every row, event, room, file, key and log line belongs to exactly one.</summary>
public readonly record struct TenantId(string Value)
{
    public override string ToString() => Value;
}

/// <summary>A person or service that signs in.</summary>
public readonly record struct UserId(string Value)
{
    public override string ToString() => Value;
}

/// <summary>A live sign-in of one user; it ends at sign-out, revocation or expiry.</summary>
public readonly record struct SessionId(string Value)
{
    public override string ToString() => Value;
}

/// <summary>The logical id of a FHIR Patient within its tenant.</summary>
public readonly record struct PatientId(string Value)
{
    public override string ToString() => Value;
}
