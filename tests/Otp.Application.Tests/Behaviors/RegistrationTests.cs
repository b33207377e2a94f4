using AutoMapper;
using FluentValidation;
using MediatR;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Otp.Api.Hosting;
using Otp.Application.Common;
using Otp.Domain.Common;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.Application.Tests.Behaviors;

public sealed class RegistrationTests
{
    private static readonly Type[] ApplicationTypes = typeof(ApplicationRegistration).Assembly.GetTypes();

    public static TheoryData<Type> Requests => new(ApplicationTypes.Where(IsRequest));

    [Fact]
    public void Requests_WhenLookedFor_ShouldBeFound() => ApplicationTypes.Where(IsRequest).Should().HaveCountGreaterThanOrEqualTo(4);

    [Theory]
    [MemberData(nameof(Requests))]
    public void Request_WhenRegistered_ShouldHaveExactlyOneHandler(Type request)
    {
        var service = HandlerServiceOf(request);

        Register().Where(descriptor => descriptor.ServiceType == service).Should().ContainSingle()
            .Which.ImplementationType!.Assembly.Should().BeSameAs(request.Assembly);
        ApplicationTypes.Where(type => service.IsAssignableFrom(type)).Should().ContainSingle();
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public void Request_WhenRead_ShouldBeACommandOrAQueryAndNotBoth(Type request)
    {
        var isCommand = Implements(request, typeof(ICommand<>));
        var isQuery = Implements(request, typeof(IQuery<>));

        (isCommand ^ isQuery).Should().BeTrue();
        request.Name.Should().EndWith(isCommand ? "Command" : "Query");
    }

    [Fact]
    public void AddApplication_WhenValidatorsExist_ShouldRegisterEachOnce()
    {
        var services = Register();
        foreach (var validator in ApplicationTypes.Where(type => type is { IsAbstract: false } && Implements(type, typeof(IValidator<>))))
        {
            services.Where(descriptor => descriptor.ImplementationType == validator).Should().ContainSingle(validator.Name)
                .Which.ServiceType.GetGenericTypeDefinition().Should().Be(typeof(IValidator<>));
        }
    }

    [Fact]
    public void AddHandlersFrom_WhenGivenAnotherAssembly_ShouldAddItsHandlersAndValidators()
    {
        var services = new ServiceCollection();
        services.AddHandlersFrom(typeof(SampleCommand).Assembly);

        services.Should().Contain(descriptor => descriptor.ImplementationType == typeof(SampleCommandHandler));
        services.Where(descriptor => descriptor.ServiceType == typeof(IValidator<SampleCommand>)).Should().HaveCount(2);
    }

    [Fact]
    public void AddApplication_WhenTheMapperIsMade_ShouldHaveAValidConfiguration()
    {
        using var provider = Register().AddSingleton(new CapturedLogs()).AddLogging().BuildServiceProvider();

        var configuration = provider.GetRequiredService<IMapper>().ConfigurationProvider;

        configuration.AssertConfigurationIsValid();
    }

    [Fact]
    public void AssertConfigurationIsValid_WhenAMemberIsNotMapped_ShouldThrow()
    {
        var configuration = new MapperConfiguration(mapping => mapping.CreateMap<SampleQuery, FieldError>(), NullLoggerFactory.Instance);

        FluentActions.Invoking(configuration.AssertConfigurationIsValid).Should().Throw<AutoMapperConfigurationException>("the check would find it");
    }

    [Fact]
    public void AddApplication_WhenTheHostHasSetAClock_ShouldKeepIt()
    {
        var time = new ManualTimeProvider();
        var services = new ServiceCollection().AddSingleton<TimeProvider>(time);
        services.AddApplication(new ConfigurationBuilder().Build());
        using var provider = services.BuildServiceProvider();

        provider.GetRequiredService<TimeProvider>().Should().BeSameAs(time);
    }

    [Theory, BothDatabases]
    public async Task Create_WhenServicesAreValidatedOnBuildAndScopesAreChecked_ShouldResolveEveryHandler(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);

        // In Development the host validates both.
        await using var app = OtpHost.Create(OtpServer.ToArguments(database.Settings, TestTokens.Settings));

        app.Services.Invoking(services => services.GetRequiredService<OtpDbContext>()).Should().Throw<InvalidOperationException>("scopes are checked");
        await using var scope = app.Services.CreateAsyncScope();
        foreach (var request in ApplicationTypes.Where(IsRequest))
        {
            scope.ServiceProvider.GetService(HandlerServiceOf(request)).Should().NotBeNull();
            var behavior = typeof(IPipelineBehavior<,>).MakeGenericType(request, ResponseOf(request));
            scope.ServiceProvider.GetServices(behavior).Select(step => step!.GetType().Name.Split('`')[0]).Should()
                .Equal(["LoggingBehavior", "ValidationBehavior", .. Implements(request, typeof(ICommand<>)) ? ["UnitOfWorkBehavior"] : Array.Empty<string>()]);
        }
    }

    private static ServiceCollection Register()
    {
        var services = new ServiceCollection();
        services.AddApplication(new ConfigurationBuilder().Build());
        return services;
    }

    private static bool IsRequest(Type type) => type is { IsAbstract: false, IsInterface: false } && Implements(type, typeof(IRequest<>));

    private static bool Implements(Type type, Type open) => type.GetInterfaces().Any(face => face.IsGenericType && face.GetGenericTypeDefinition() == open);

    private static Type ResponseOf(Type request) =>
        request.GetInterfaces().Single(face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IRequest<>)).GetGenericArguments()[0];

    private static Type HandlerServiceOf(Type request) => typeof(IRequestHandler<,>).MakeGenericType(request, ResponseOf(request));
}
