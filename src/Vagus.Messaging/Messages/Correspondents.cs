using Vagus.Access.Authorization;
using Vagus.Kernel;
using Vagus.Messaging.Threads;

namespace Vagus.Messaging.Messages;

/// <summary>Who writes to whom in a thread, as messages and FHIR name them.</summary>
internal sealed class Correspondents(IFindUsers accounts)
{
    /// <summary>The name under which a caller takes part in direct threads: a patient as itself, on whichever device.</summary>
    public static string SideOf(Caller caller) =>
        caller is { Role: Role.Patient, OwnPatients: [var own, ..] } ? ThreadNames.Of(own) : caller.User.Value;

    /// <summary>The caller as the sender of a message in this thread; a proxy writes for its dependant.</summary>
    public static string SenderName(Caller caller, ThreadRow thread)
    {
        if (caller.Role == Role.Patient && thread.Patient is { } patient) return ThreadNames.Of(patient);
        return caller.Practitioner is { } practitioner ? $"Practitioner/{practitioner}" : $"user:{caller.User.Value}";
    }

    /// <summary>Whom a message of the caller goes to.</summary>
    public async ValueTask<(string? Id, IReadOnlyList<string> Names)> Of(ThreadRow thread, Caller caller, CancellationToken cancel)
    {
        if (thread.Kind == ThreadKind.Patient) return (null, await References(thread.Tenant, Others(thread, caller), cancel));
        if (thread.Kind == ThreadKind.Staff)
            return (null, await References(thread.Tenant, [.. thread.Members.Where(name => name != caller.User.Value)], cancel));
        var other = Other(thread, caller);
        return (await ShownId(thread.Tenant, other, cancel), await References(thread.Tenant, [other], cancel));
    }

    /// <summary>The name's id as clients know it: of a patient that of its account, where it has one.</summary>
    public async ValueTask<string> ShownId(TenantId tenant, string name, CancellationToken cancel)
    {
        if (!name.StartsWith("Patient/", StringComparison.Ordinal)) return name;
        var account = await accounts.OfPatient(tenant, new PatientId(name["Patient/".Length..]), cancel);
        return account?.User.Value ?? name;
    }

    private static IReadOnlyList<string> Others(ThreadRow thread, Caller caller) => caller.Role == Role.Patient
        ? [.. thread.Members.Where(name => !name.StartsWith("Patient/", StringComparison.Ordinal))]
        : [.. thread.Members.Where(name => name.StartsWith("Patient/", StringComparison.Ordinal))];

    private static string Other(ThreadRow thread, Caller caller)
    {
        var began = thread.Members[0];
        if (!ThreadNames.Of(caller).Contains(began)) return began;
        return thread.Pool ?? thread.Members.FirstOrDefault(name => name != began) ?? began;
    }

    private async ValueTask<IReadOnlyList<string>> References(TenantId tenant, IReadOnlyList<string> names, CancellationToken cancel)
    {
        var references = new List<string>(names.Count);
        foreach (var name in names)
        {
            if (name.AsSpan().ContainsAny('/', ':')) references.Add(name);
            else if (await accounts.Known(tenant, new UserId(name), cancel) is { Practitioner: { } own })
                references.Add($"Practitioner/{own}");
            else references.Add($"user:{name}");
        }

        return references;
    }
}
