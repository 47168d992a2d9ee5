using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Access.Outgoing;

/// <summary>
/// Mails about subscriptions to those who work for an organization, for rooms that know neither accounts nor mail servers. A mail says that
/// something waits, and nothing of what. The room that keeps the accounts implements it.
/// </summary>
public interface IMailStaff
{
    /// <summary>Whether the address is the verified one of somebody who works there and whose account is not disabled.</summary>
    ValueTask<bool> Knows(IRunQueries queries, TenantId tenant, string address, CancellationToken cancel);

    /// <summary>Hands one mail over, once.</summary>
    ValueTask<StaffMailAnswer> Send(SubscriptionMail mail, CancellationToken cancel);
}

/// <summary>A word that events of a subscription wait.</summary>
/// <param name="Id">The same for the same events: mailboxes drop a second copy by it.</param>
/// <param name="Tenant">Whose.</param>
/// <param name="Address">The recipient.</param>
/// <param name="Subscription">The id of the subscription.</param>
public sealed record SubscriptionMail(string Id, TenantId Tenant, string Address, string Subscription)
{
    /// <summary>The numbers of the first and the last event; null: the mail tells that there will be mails.</summary>
    public (long First, long Last)? Events { get; init; }

    /// <summary>FHIR in JSON that goes with it; null: nothing.</summary>
    public byte[]? Attachment { get; init; }
}

/// <summary>What became of such a mail.</summary>
public enum StaffMailAnswer
{
    Taken,

    /// <summary>The mail server refused it for good.</summary>
    Refused,

    /// <summary>The mail server was not reached, or put it off.</summary>
    PutOff,

    /// <summary>There is no such mailbox any more.</summary>
    AddressGone,
}
