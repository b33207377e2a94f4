using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Otp.Application.Common.Ports;
using Otp.Infrastructure.Persistence;
using Otp.Infrastructure.Security;

namespace Otp.Infrastructure.Tests.Security;

public sealed class ProtectionKeyRingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("otp-keys-").FullName;

    private string KeyFile => Path.Combine(_folder, ProtectionKeyRing.GeneratedKeyFile);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Create_WhenNoKeyIsConfigured_ShouldMakeOneThatOnlyTheOwnerCanRead()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var ring = Generate();

        File.GetUnixFileMode(KeyFile).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Convert.FromBase64String(File.ReadAllText(KeyFile)).Should().HaveCount(32);
        Directory.GetFiles(_folder).Should().ContainSingle("no draft is left behind");
        ring.CurrentId.Should().Be("local");
    }

    [Fact]
    public void Keys_WhenDerivedByHand_ShouldBeTheSame()
    {
        byte[] Derive(string label) => HKDF.DeriveKey(HashAlgorithmName.SHA256, Keys.Secret("one"), 32, info: Encoding.ASCII.GetBytes(label));
        var ring = Keys.Ring("one");

        ring.GetPasscodeKey("one").ToArray().Should().Equal(Derive("otp/passcodes/hmac-sha256/1"), "what is stored outlives a version");
        ring.GetMailKey("one").ToArray().Should().Equal(Derive("otp/mails/aes-256-gcm/1"));
        ring.RecipientKeys.Single().Should().Equal(Derive("otp/recipients/hmac-sha256/1"));
    }

    [Fact]
    public void Ids_WhenThereAreSeveral_ShouldBeTheCurrentOneAndThenTheOthersInOrder() =>
        Keys.Ring("m", "z", "a", "k").Ids.Should().Equal("m", "a", "k", "z");

    [Fact]
    public void Create_WhenAKeyWasGeneratedBefore_ShouldUseIt()
    {
        var first = MailKeyOf(Generate());
        var file = File.ReadAllText(KeyFile);

        MailKeyOf(Generate()).Should().Equal(first);
        File.ReadAllText(KeyFile).Should().Be(file);
    }

    [Fact]
    public void Create_WhenTheFolderIsAnother_ShouldMakeAnotherKey()
    {
        var first = MailKeyOf(Generate());
        File.Delete(KeyFile);

        MailKeyOf(Generate()).Should().NotEqual(first);
    }

    [Fact]
    public void Create_WhenManyStartTogether_ShouldAllReadTheSameKey()
    {
        for (var round = 0; round < 200; round++)
        {
            File.Delete(KeyFile);
            using var start = new Barrier(4);
            var keys = new byte[4][];
            var threads = Enumerable.Range(0, 4).Select(number => new Thread(() =>
            {
                start.SignalAndWait();
                keys[number] = MailKeyOf(Generate());
            })).ToList();
            threads.ForEach(thread => thread.Start());
            threads.ForEach(thread => thread.Join());

            keys.Select(Convert.ToHexString).Distinct().Should().ContainSingle();
            Directory.GetFiles(_folder).Should().ContainSingle();
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("AAAA")]
    [InlineData("this is no base64!")]
    public void Create_WhenTheKeyFileIsDamaged_ShouldRefuseItAndLeaveItAlone(string content)
    {
        File.WriteAllText(KeyFile, content);

        FluentActions.Invoking(Generate).Should().Throw<OptionsValidationException>().WithMessage($"*{ProtectionKeyRing.GeneratedKeyFile}*");
        File.ReadAllText(KeyFile).Should().Be(content);
    }

    [Fact]
    public void Create_WhenKeysAreConfigured_ShouldTakeTheFirstAsCurrentAndWriteNothing()
    {
        var options = new ProtectionOptions();
        options.Keys.Add(new ProtectionKeyOptions { Id = "b", Key = Convert.ToBase64String(Keys.Secret("b")) });
        options.Keys.Add(new ProtectionKeyOptions { Id = "a", Key = Convert.ToBase64String(Keys.Secret("a")) });

        var ring = new ProtectionKeyRing(Options.Create(options), new DataDirectory(_folder));

        ring.CurrentId.Should().Be("b");
        ring.Ids.Should().Equal("b", "a");
        ring.Has("a").Should().BeTrue();
        ring.Has("B").Should().BeFalse("ids are compared exactly");
        ring.Invoking(keys => keys.GetPasscodeKey("c").Length).Should().Throw<MissingKeyException>();
        Directory.GetFiles(_folder).Should().BeEmpty();
    }

    [Fact]
    public void From_WhenNothingIsConfigured_ShouldBeDataInTheCurrentFolder()
    {
        DataDirectory.From(Configuration(null)).FullPath.Should().Be(Path.GetFullPath("data"));
        DataDirectory.From(Configuration("")).FullPath.Should().Be(Path.GetFullPath("data"));
        DataDirectory.From(Configuration(_folder)).FullPath.Should().Be(_folder);
    }

    [Fact]
    public void PathOf_WhenTheFolderIsMissing_ShouldMakeItOnlyThen()
    {
        var inner = Path.Combine(_folder, "a", "b");
        var directory = new DataDirectory(inner);
        Directory.Exists(inner).Should().BeFalse();

        directory.PathOf("file").Should().Be(Path.Combine(inner, "file"));

        Directory.Exists(inner).Should().BeTrue();
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite, true)]
    [InlineData(DatabaseProvider.PostgreSql, false)]
    public void Validate_WhenNoKeyIsConfigured_ShouldBeRefusedOnPostgreSqlAlone(DatabaseProvider provider, bool valid) =>
        Validate(provider).Succeeded.Should().Be(valid);

    [Theory]
    [InlineData("k1", 32, true)]
    [InlineData("k1", 64, true)]
    [InlineData("k1", 31, false)]
    [InlineData("k1", 0, false)]
    [InlineData("", 32, false)]
    [InlineData("k 1", 32, false)]
    [InlineData("k1\n", 32, false)]
    [InlineData("schlüssel", 32, false)]
    [InlineData("A.b-c_9", 32, true)]
    public void Validate_WhenAKeyIsConfigured_ShouldCheckIdAndLengthWithoutShowingTheKey(string id, int length, bool valid)
    {
        var key = Convert.ToBase64String(Enumerable.Repeat((byte)0xAB, length).ToArray());

        var result = Validate(DatabaseProvider.PostgreSql, (id, key));

        result.Succeeded.Should().Be(valid);
        if (length > 0)
        {
            (result.FailureMessage ?? "").Should().NotContain(key);
        }
    }

    [Fact]
    public void Validate_WhenIdsRepeat_ShouldNameTheSecond()
    {
        var key = Convert.ToBase64String(Keys.Secret("a"));

        Validate(DatabaseProvider.Sqlite, ("a", key), ("a", key)).Failures.Should().ContainSingle().Which.Should().StartWith("Protection:Keys:1:Id");
        Validate(DatabaseProvider.Sqlite, (new string('a', 64), key), ("A", key)).Succeeded.Should().BeTrue();
        Validate(DatabaseProvider.Sqlite, (new string('a', 65), "not base64!")).Failures.Should().HaveCount(2);
    }

    private static ValidateOptionsResult Validate(DatabaseProvider provider, params (string Id, string Key)[] keys)
    {
        var options = new ProtectionOptions();
        foreach (var (id, key) in keys)
        {
            options.Keys.Add(new ProtectionKeyOptions { Id = id, Key = key });
        }

        return new ProtectionOptionsValidator(Options.Create(new DatabaseOptions { Provider = provider })).Validate(null, options);
    }

    private static byte[] MailKeyOf(ProtectionKeyRing ring) => ring.GetMailKey(ring.CurrentId).ToArray();

    private static IConfigurationRoot Configuration(string? folder) =>
        new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { [DataDirectory.Setting] = folder }).Build();

    private ProtectionKeyRing Generate() => new(Options.Create(new ProtectionOptions()), new DataDirectory(_folder));
}
