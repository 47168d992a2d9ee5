using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Vagus.Access;
using Vagus.Fhir;
using Vagus.Identity;
using Vagus.Messaging;
using Vagus.Realtime;

namespace Vagus.Testing;

/// <summary>
/// The settings of a house. Password hashes take ten rounds and rates are not limited: tests of those set their own.
/// </summary>
public sealed record HousePlan
{
    /// <summary>A root key that is the same in every house on the same data.</summary>
    public static readonly string RootKey = Convert.ToBase64String(new byte[32]);

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public AccessOptions Access { get; init; } = new() { RootKey = RootKey };

    public IdentityOptions Identity { get; init; } = new() { PasswordIterations = 10 };

    public FhirOptions Fhir { get; init; } = new();

    public RealtimeOptions Realtime { get; init; } = new();

    public MessagingOptions Messaging { get; init; } = new();

    /// <summary>What a test adds to the services or takes from them, after all rooms.</summary>
    public Action<IServiceCollection> Change { get; init; } = _ => { };

    /// <summary>What a test puts between the admission of a caller and the endpoints, and endpoints of its own.</summary>
    public Action<WebApplication> Map { get; init; } = _ => { };
}
