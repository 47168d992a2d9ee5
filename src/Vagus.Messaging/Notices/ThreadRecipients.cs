using Vagus.Access.Authorization;
using Vagus.Kernel;
using Vagus.Messaging.Threads;
using Vagus.Storage.Writing;

namespace Vagus.Messaging.Notices;

/// <summary>
/// Whom a message is told that look at no screen: the other side. Of a care team or pool it is the one who has the thread; where nobody has
/// it, those who take part by name. Among staff it is all others who take part. The members of a role are not: it stands in their list, and
/// one of them takes it.
/// </summary>
internal sealed class ThreadRecipients(IFindUsers users)
{
    private const string PatientName = "Patient/";
    private const string PractitionerName = "Practitioner/";

    public async ValueTask<IReadOnlyCollection<UserId>> Of(
        WriteTransaction write, ThreadRow thread, string sender, bool fromPatient, CancellationToken cancel)
    {
        var found = new HashSet<UserId>();
        foreach (var name in NamesOf(thread, fromPatient))
        {
            if (name.StartsWith(PatientName, StringComparison.Ordinal))
                found.UnionWith(await users.ActingFor(write, write.Tenant, new PatientId(name[PatientName.Length..]), write.At, cancel));
            else if (!name.StartsWith(PractitionerName, StringComparison.Ordinal)) found.Add(new UserId(name));
            else if (await users.OfPractitioner(write, write.Tenant, name[PractitionerName.Length..], cancel) is { } own)
                found.Add(own.User);
        }

        found.Remove(new UserId(sender));
        return found;
    }

    private static IEnumerable<string> NamesOf(ThreadRow thread, bool fromPatient)
    {
        var patients = thread.Members.Where(name => name.StartsWith(PatientName, StringComparison.Ordinal));
        var staff = thread.Members.Where(
            name => name.StartsWith(PractitionerName, StringComparison.Ordinal) || !name.AsSpan().ContainsAny('/', ':'));
        // Who began a direct thread is answered, whoever has it on the other side.
        if (thread is { Kind: not ThreadKind.Staff, AssignedTo: { } assigned })
            staff = staff.Where(name => thread.Kind == ThreadKind.Direct && name == thread.Members[0]).Append(assigned);
        if (fromPatient) return staff;
        return thread.Kind == ThreadKind.Patient ? patients : patients.Concat(staff);
    }
}
