using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Vagus.Architecture.Tests;

/// <summary>
/// A room exports the types that another room uses, and no others: every other type stays internal.
/// </summary>
public sealed class ExportedTypeTests
{
    /// <summary>Used by others in ways that their programs do not name.</summary>
    private static readonly Dictionary<string, string> OtherUses = new(StringComparer.Ordinal)
    {
        ["Vagus.Storage.Retention.RetentionSweep"] = "tests of other rooms run a sweep",
        ["Vagus.Access.Vault.TenantPurposes"] = "constants, which the compiler copies",
    };

    /// <summary>Without the published libraries (Events, SocketIO, Fhir.R4, Kernel): who uses those is not in this repository.</summary>
    private static readonly string[] Rooms =
    [
        "Vagus.Storage", "Vagus.Access", "Vagus.Identity", "Vagus.Fhir", "Vagus.Realtime", "Vagus.Messaging", "Vagus.Care", "Vagus.Clinic",
        "Vagus.Bus",
    ];

    [Fact]
    public void A_public_type_of_a_room_is_used_by_another_room()
    {
        var used = Rooms.Append("vagus").ToDictionary(room => room, UsedBy, StringComparer.Ordinal);

        Assert.All(used.Values, names => Assert.NotEmpty(names));
        var unused = Rooms.SelectMany(room => Unused(
            Assembly.Load(room).GetExportedTypes(), [.. used.Where(each => each.Key != room).SelectMany(each => each.Value)])).ToList();

        Assert.All(OtherUses.Keys, name => Assert.Contains(name, unused));
        Findings.MustBeNone(unused.Except(OtherUses.Keys));
    }

    [Fact]
    public void A_public_type_that_nobody_uses_is_seen_and_one_in_the_signature_of_a_used_one_is_not()
    {
        Type[] shown = [typeof(UsedType), typeof(TypeInSignature), typeof(UnusedType)];

        Assert.Equal([typeof(UnusedType).FullName], Unused(shown, [typeof(UsedType).FullName!]));
    }

    private static IEnumerable<string> Unused(Type[] shown, HashSet<string> used)
    {
        var needed = new HashSet<Type>(shown.Where(type => used.Contains(Outer(type).FullName!)));
        var open = new Queue<Type>(needed);
        while (open.TryDequeue(out var type))
        {
            foreach (var named in Named(type).SelectMany(Parts).Where(each => shown.Contains(each)))
            {
                if (needed.Add(named)) open.Enqueue(named);
            }
        }

        return shown.Where(type => !needed.Contains(type) && !needed.Contains(Outer(type)))
            .Select(type => type.FullName!).Order(StringComparer.Ordinal);
    }

    private static Type Outer(Type type) => type.DeclaringType is { } outer ? Outer(outer) : type;

    /// <summary>The types in what a type shows.</summary>
    private static IEnumerable<Type> Named(Type type)
    {
        const BindingFlags Shown = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static
            | BindingFlags.DeclaredOnly;
        if (type.BaseType is { } above) yield return above;
        foreach (var contract in type.GetInterfaces()) yield return contract;
        foreach (var member in type.GetMembers(Shown))
        {
            switch (member)
            {
                case MethodBase method when method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly:
                    foreach (var parameter in method.GetParameters()) yield return parameter.ParameterType;
                    if (method is MethodInfo { ReturnType: var answer }) yield return answer;
                    break;
                case FieldInfo field when field.IsPublic || field.IsFamily:
                    yield return field.FieldType;
                    break;
                case Type { IsNestedPublic: true } inner:
                    yield return inner;
                    break;
            }
        }
    }

    private static IEnumerable<Type> Parts(Type type)
    {
        if (type.HasElementType) return Parts(type.GetElementType()!);
        return type.IsGenericType ? [type.GetGenericTypeDefinition(), .. type.GetGenericArguments().SelectMany(Parts)] : [type];
    }

    /// <summary>The full names of the types of other assemblies that an assembly names.</summary>
    private static HashSet<string> UsedBy(string assembly)
    {
        using var file = new PEReader(File.OpenRead(Path.Combine(AppContext.BaseDirectory, assembly + ".dll")));
        var metadata = file.GetMetadataReader();
        return
        [
            .. metadata.TypeReferences.Select(metadata.GetTypeReference)
                .Select(type => $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}"),
        ];
    }
}

public sealed class UsedType
{
    public static TypeInSignature? Answer => null;
}

public sealed class TypeInSignature;

public sealed class UnusedType;
