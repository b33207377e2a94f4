using System.Collections;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace Otp.Application.Common.Configuration;

/// <summary>A section of the configuration and the type that it is bound to. Several types may share a section.</summary>
/// <param name="Path">The section.</param>
/// <param name="Type">The type.</param>
public sealed record KnownSection(string Path, Type Type)
{
    /// <summary>The settings in these sections that no type knows: misspelt ones, mostly.</summary>
    public static IEnumerable<string> FindUnknownSettings(IConfiguration configuration, IEnumerable<KnownSection> sections) =>
        sections.GroupBy(section => section.Path, section => section.Type, StringComparer.OrdinalIgnoreCase)
            .SelectMany(group => FindUnknown(configuration.GetSection(group.Key), [.. group]));

    private static IEnumerable<string> FindUnknown(IConfigurationSection section, IReadOnlyCollection<Type> types)
    {
        foreach (var child in section.GetChildren())
        {
            var properties = types.Select(type => type.GetProperty(child.Key, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase))
                .OfType<PropertyInfo>().ToList();
            if (properties.Count == 0)
            {
                yield return child.Path;
            }

            foreach (var unknown in properties.SelectMany(property => FindUnknownIn(child, property.PropertyType)))
            {
                yield return unknown;
            }
        }
    }

    private static IEnumerable<string> FindUnknownIn(IConfigurationSection section, Type type)
    {
        if (type == typeof(string) || type.IsValueType)
        {
            return [];
        }

        return typeof(IEnumerable).IsAssignableFrom(type)
            ? section.GetChildren().SelectMany(item => FindUnknownIn(item, type.GetGenericArguments().Single()))
            : FindUnknown(section, [type]);
    }
}
