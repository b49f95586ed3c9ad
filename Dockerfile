# The image runs any command of orderflow, as an unprivileged user, with a start-up cache.
#
#   docker build -t orderflow .
#   docker run --rm orderflow --help

FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /src
# Maven's own libraries cause warnings on Java 25.
ENV MAVEN_OPTS="--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow"

# A layer with all downloads of Maven, rebuilt only when a pom changes. One source file makes Maven download the
# compiler and its plugins, too.
COPY pom.xml orderflow ./
COPY services/pom.xml services/
COPY cli/pom.xml cli/
COPY cli/src/main/assembly cli/src/main/assembly
COPY cli/src/build cli/src/build
COPY services/src/main/java/orderflow/event/package-info.java services/src/main/java/orderflow/event/
RUN mvn -q -B -ntp -P '!format' -DskipTests package

COPY services/src/main services/src/main
COPY cli/src/main cli/src/main
RUN mvn -q -B -ntp -P '!format' -DskipTests package \
 && mkdir -p /opt/orderflow \
 && tar -xzf cli/target/orderflow-*.tar.gz -C /opt/orderflow --strip-components=1

FROM eclipse-temurin:25-jre
RUN groupadd --gid 10001 orderflow \
 && useradd --uid 10001 --gid orderflow --home-dir /var/lib/orderflow --no-create-home --shell /usr/sbin/nologin orderflow \
 && install -d -o orderflow -g orderflow -m 750 /var/lib/orderflow \
 && ln -s /opt/orderflow/bin/orderflow /usr/local/bin/orderflow
COPY --from=build /opt/orderflow /opt/orderflow
RUN ORDERFLOW_AOT=wait orderflow --version

# A container has its own loopback, so services listen on all addresses; the published ports decide about access.
ENV ORDERFLOW_BIND=0.0.0.0 \
    ORDERFLOW_DATA_DIR=/var/lib/orderflow
USER orderflow
WORKDIR /var/lib/orderflow
VOLUME /var/lib/orderflow
ENTRYPOINT ["orderflow"]
CMD ["--help"]
